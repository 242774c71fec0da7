import CallbackCore
import Foundation
import Glibc
import Testing

@testable import CallbackControl

@Suite("the control socket")
struct ControlServerTests {
    @Test("a reload's verdict comes back with all that it says")
    func reload() async throws {
        let fixture = try ControlFixture()
        let client = ControlClient(socketPath: fixture.socketPath)
        let reply = try await fixture.serving { await ControlFixture.blocking { client.reload() } }
        guard case .answered(let report) = reply else {
            Issue.record("no answer: \(reply)")
            return
        }
        #expect(report == (await fixture.reload()))
        #expect(report.findings[0].line == 2)
    }

    @Test("the daemon's status comes over the socket")
    func status() async throws {
        let fixture = try ControlFixture()
        let client = ControlClient(socketPath: fixture.socketPath)
        let reply = try await fixture.serving { await ControlFixture.blocking { client.status() } }
        guard case .answered(let status) = reply else { throw Unexpected(reply) }
        #expect(status.ready)
        #expect(status.lastSequence == 42)
    }

    @Test("a command reaches the daemon as it was given, and its answer comes back")
    func command() async throws {
        let fixture = try ControlFixture()
        let client = ControlClient(socketPath: fixture.socketPath)
        let given = OperatorCommand.hold(["42-1", "42-2"])
        let reply = try await fixture.serving { await ControlFixture.blocking { client.perform(given) } }
        guard case .answered(let answer) = reply else { throw Unexpected(reply) }
        #expect(answer == CommandAnswer(items: [.init(name: "42-1", done: true, words: "held")]))
        #expect(fixture.commands == [given])
    }

    @Test("a target's name may hold any character")
    func testTarget() async throws {
        let fixture = try ControlFixture()
        let client = ControlClient(socketPath: fixture.socketPath)
        let reply = try await fixture.serving { await ControlFixture.blocking { client.test(target: "bill/ing é") } }
        guard case .answered(let answer) = reply else { throw Unexpected(reply) }
        #expect(!answer.allDone)
        #expect(fixture.tests == ["bill/ing é"])
    }

    @Test("words that are no command are refused and named")
    func badCommand() async throws {
        let fixture = try ControlFixture()
        let path = fixture.socketPath
        let (status, body) = try await fixture.serving {
            try await ControlFixture.blocking { Result { try Self.post(path, "{\"erase\":{}}") } }.get()
        }
        #expect(status == 400)
        #expect(body.contains("no command"))
        #expect(fixture.commands.isEmpty)
    }

    @Test("a command of more than a mebibyte is refused")
    func hugeCommand() async throws {
        let fixture = try ControlFixture()
        let path = fixture.socketPath
        let text = String(repeating: " ", count: ControlRoutes.longestRequest + 1)
        let (status, _) = try await fixture.serving {
            try await ControlFixture.blocking { Result { try Self.post(path, text) } }.get()
        }
        #expect(status == 413)
    }

    @Test("a peer that is neither root, nor the daemon's user, nor in the group is refused")
    func refused() async throws {
        let fixture = try ControlFixture()
        let client = ControlClient(socketPath: fixture.socketPath)
        let nobodyHere: Set<uid_t> = [geteuid() + 4711]
        let reply = try await fixture.serving(owners: nobodyHere) {
            await ControlFixture.blocking { client.perform(.discard(["1-1"])) }
        }
        guard case .noPermission = reply else { throw Unexpected(reply) }
        #expect(fixture.commands.isEmpty)
    }

    @Test("a peer whose own group is the configured one is let in")
    func primaryGroup() async throws {
        let fixture = try ControlFixture()
        let group = try #require(getgrgid(getegid()).map { String(cString: $0.pointee.gr_name) })
        let client = ControlClient(socketPath: fixture.socketPath)
        let reply = try await fixture.serving(group: group, owners: [geteuid() + 4711]) {
            await ControlFixture.blocking { client.status() }
        }
        guard case .answered = reply else { throw Unexpected(reply) }
    }

    @Test(
        "another user gets in by a supplementary group, and not without it",
        .enabled(if: geteuid() == 0 && access("/usr/bin/setpriv", X_OK) == 0 && access("/usr/bin/curl", X_OK) == 0))
    func supplementaryGroup() async throws {
        let fixture = try ControlFixture()
        let path = fixture.socketPath
        let member = try await fixture.serving(group: "adm") { try Self.status(path, groups: "4") }
        #expect(member == "200")
        let stranger = try await fixture.serving(group: "adm") { try Self.status(path, groups: "65534") }
        #expect(stranger == "000")
    }

    @Test("the socket has mode 0660 in a directory of mode 0750, and both go by what was asked")
    func modes() async throws {
        let fixture = try ControlFixture()
        let path = fixture.socketPath
        let modes = try await fixture.serving { [Self.mode(path), Self.mode(fixture.directory + "/run")] }
        #expect(modes == [0o660, 0o750])
        #expect(access(path, F_OK) != 0, "the socket is gone after the end")
        #expect(access(path + ".new", F_OK) != 0)
    }

    @Test("a directory that the group can write is refused")
    func writableDirectory() async throws {
        let fixture = try ControlFixture()
        let directory = fixture.directory + "/run"
        mkdir(directory, 0o755)
        chmod(directory, 0o775)
        let error = #expect(throws: ControlError.self) {
            try ControlServer.check(ControlSettings(socketPath: fixture.socketPath, group: nil))
        }
        #expect(error?.description.contains("chmod go-w \(directory)") == true)
    }

    @Test("a dead socket is replaced")
    func deadSocket() async throws {
        let fixture = try ControlFixture()
        let path = fixture.socketPath
        mkdir(fixture.directory + "/run", 0o750)
        try Self.leaveDeadSocket(path)
        let client = ControlClient(socketPath: path)
        guard case .notRunning = client.status() else { throw Unexpected(client.status()) }
        let reply = try await fixture.serving { await ControlFixture.blocking { client.status() } }
        guard case .answered = reply else { throw Unexpected(reply) }
    }

    @Test("a living socket is an error and goes on living")
    func livingSocket() async throws {
        let fixture = try ControlFixture()
        let settings = ControlSettings(socketPath: fixture.socketPath, group: nil)
        let client = ControlClient(socketPath: fixture.socketPath)
        let (problem, reply) = try await fixture.serving {
            await ControlFixture.blocking {
                (Result { try ControlServer.check(settings) }, client.status())
            }
        }
        #expect(throws: ControlError.self) { try problem.get() }
        guard case .answered = reply else { throw Unexpected(reply) }
    }

    @Test("a file in the socket's place is never removed")
    func fileInTheWay() throws {
        let fixture = try ControlFixture()
        mkdir(fixture.directory + "/run", 0o750)
        try Data("mine".utf8).write(to: URL(fileURLWithPath: fixture.socketPath))
        #expect(throws: ControlError.self) {
            try ControlServer.check(ControlSettings(socketPath: fixture.socketPath, group: nil))
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.socketPath)) == Data("mine".utf8))
    }

    @Test("a group that does not exist and a path that is too long are named")
    func badSettings() {
        let group = #expect(throws: ControlError.self) {
            try ControlServer.check(ControlSettings(socketPath: "/tmp/x/control.sock", group: "no-such-group"))
        }
        #expect(group?.description.contains("no-such-group") == true)
        let long = "/tmp/" + String(repeating: "x", count: 120)
        #expect(throws: ControlError.self) { try ControlServer.check(ControlSettings(socketPath: long, group: nil)) }
    }

    // MARK: By hand

    private static func post(_ path: String, _ text: String) throws -> (Int, String) {
        let (status, body) = try LocalExchange.perform(
            socketPath: path, method: "POST", path: "/v1/commands", body: Array(text.utf8), timeout: .seconds(20))
        return (status, String(decoding: body, as: UTF8.self))
    }

    private static func mode(_ path: String) -> mode_t {
        var about = stat()
        return stat(path, &about) == 0 ? about.st_mode & 0o777 : 0
    }

    /// Asks for the status as `nobody` and gives the HTTP status as curl prints it.
    private static func status(_ path: String, groups: String) throws -> String {
        // The way to the socket is open, so that only group and peer check decide.
        chmod((path as NSString).deletingLastPathComponent, 0o755)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        process.arguments = [
            "--reuid", "65534", "--regid", "65534", "--groups", groups, "/usr/bin/curl", "-s", "-m", "20", "-o",
            "/dev/null", "-w", "%{http_code}", "--unix-socket", path, "http://localhost/v1/status",
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        process.waitUntilExit()
        return String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }

    private static func leaveDeadSocket(_ path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
    }
}

/// An answer that the test did not expect.
struct Unexpected: Error, CustomStringConvertible {
    let description: String

    init(_ reply: some Any) { description = "unexpected: \(reply)" }
}
