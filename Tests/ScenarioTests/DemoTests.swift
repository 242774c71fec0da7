import CallbackTestKit
import Glibc
import Testing

/// `scripts/demo`, as `make demo` runs it, on the programs beside these tests and in a folder of its own.
@Suite("The demo", .serialized)
struct DemoTests {
    private static let script = Programs.repository + "/scripts/demo"
    private static let types = [
        "plan_item.created", "service_plan.app_added", "service_plan.plan_item_added", "license.ordered",
        "domain.created",
    ]

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("each change becomes a verified callback and a hook's line, and a second run works as well")
    func twice() throws {
        for _ in 1...2 {
            let result = try run(["--once"])
            #expect(result.status == 0, "\(result.output)\(result.errors)")
            expectEverything(in: result.output)
            #expect(result.errors.isEmpty)
            #expect(leftovers() == [])
        }
    }

    @Test("a port that is taken makes it choose another")
    func takenPort() throws {
        let holder = TakenPort(8787)
        try #require(holder.isTaken)
        let result = try run(["--once"])
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        expectEverything(in: result.output)
        #expect(try !Shell.read(folder.file("demo/demo.yaml")).contains("127.0.0.1:8787"))
        #expect(leftovers() == [])
        withExtendedLifetime(holder) {}
    }

    @Test("where others can write to the checkout, the hook runs from a private directory")
    func writableCheckout() throws {
        try #require(chmod(folder.path, 0o777) == 0)
        let result = try run(["--once"])
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        expectEverything(in: result.output)
        #expect(try !Shell.read(folder.file("demo/demo.yaml")).contains("\(folder.path)/demo/hooks"))
    }

    @Test("it is coloured on a terminal and plain elsewhere, and no line is longer than 100 columns")
    func colours() throws {
        let plain = try run(["--once"])
        #expect(!plain.output.contains("\u{1B}"))
        #expect(plain.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
        let terminal = try onTerminal("--once", [:])
        #expect(terminal.status == 0)
        #expect(terminal.output.contains("\u{1B}[32m✔ verified"))
        let asked = try onTerminal("--once", ["NO_COLOR": "1"])
        #expect(asked.status == 0)
        #expect(asked.output.contains("✔ verified"))
        #expect(!asked.output.contains("\u{1B}"))
    }

    @Test("without --once it stays up, shows what the user does, and Ctrl-C ends it with 0")
    func staysUp() throws {
        let output = folder.file("out")
        // A runner in the background of a shell ignores SIGINT, and would hand that on.
        let demo = try Child(
            "/usr/bin/env", ["--default-signal=INT", Self.script], output: output, errors: output,
            environment: environment())
        try wait(for: "Ctrl-C ends the demo.", in: output)

        let second = try run(["--once"])
        #expect(second.status == 75)
        #expect(second.errors.contains("another demo runs"))

        let insertion = "INSERT INTO domains (name, displayName, cl_id) VALUES ('third.example', 'third.example', 3)"
        let inserted = try Shell.run(Programs.sqlite, [folder.file("demo/panel/panel.db"), insertion])
        #expect(inserted.status == 0, "\(inserted.errors)")
        try wait(for: "new.name=\"third.example\"", in: output)

        demo.signal(SIGINT)
        #expect(demo.waitForEnd() == 0)
        #expect(leftovers() == [])
    }

    @Test("a webhook that does not verify ends it with 1 and words")
    func unverified() throws {
        let programs = try Self.programs(
            in: folder, callbackd: "[ \"$1\" = listen ] && exec \(Programs.callbackd) listen --json --port 0")
        let result = try run(["--once"], ["CALLBACKD_BIN": programs])
        #expect(result.status == 1)
        #expect(result.output.contains("✘ unchecked"))
        #expect(result.errors.contains("5 of 5 changes did not become what was expected"))
        #expect(leftovers() == [])
    }

    @Test("a callback that does not come ends it with 1 and names it")
    func missing() throws {
        let programs = try Self.programs(
            in: folder, callbackd: "[ \"$1\" = listen ] && exec \(Programs.callbackd) \"$@\" --count 1")
        let result = try run(["--once"], ["CALLBACKD_BIN": programs])
        #expect(result.status == 1)
        #expect(result.output.contains("✔ verified"))
        #expect(result.errors.contains("service_plan.app_added did not come"))
        #expect(leftovers() == [])
    }

    @Test("a daemon that does not start ends it with 1 and the daemon's words")
    func noDaemon() throws {
        let programs = try Self.programs(
            in: folder, callbackd: "case $1 in run|status) echo 'no daemon today' >&2; exit 69;; esac")
        let result = try run(["--once"], ["CALLBACKD_BIN": programs])
        #expect(result.status == 1)
        #expect(result.errors.contains("no daemon today"))
        #expect(leftovers() == [])
    }

    @Test("what is missing or strange is said, and a folder of somebody else's is left alone")
    func refusals() throws {
        #expect(try run(["--twice"]).status == 64)

        let unbuilt = try run(["--once"], ["CALLBACKD_BIN": folder.path])
        #expect(unbuilt.status == 69)
        #expect(unbuilt.errors.contains("make build"))

        let kept = try folder.write("kept", "mine")
        let foreign = try run(["--once"], ["CALLBACKD_DEMO": folder.path])
        #expect(foreign.status == 1)
        #expect(foreign.errors.contains("not of a demo"))
        #expect(try Shell.read(kept) == "mine")
    }

    // MARK: Running it

    private func environment(_ more: [String: String] = [:]) -> [String: String] {
        var variables = [
            "PATH": "/usr/bin:/bin", "CALLBACKD_DEMO": folder.file("demo"), "TERM": "xterm",
            "CALLBACKD_BIN": String(Programs.callbackd.dropLast("/callbackd".count)),
        ]
        variables.merge(more) { $1 }
        return variables
    }

    private func run(_ words: [String], _ more: [String: String] = [:]) throws -> Shell.Result {
        try Shell.run(Self.script, words, environment: environment(more))
    }

    private func onTerminal(_ words: String, _ more: [String: String]) throws -> Shell.Result {
        try Shell.run(
            "/usr/bin/script", ["--quiet", "--return", "--command", "\(Self.script) \(words)", "/dev/null"],
            environment: environment(more))
    }

    /// A folder with the programs, in which callbackd is a script that begins with the given line.
    private static func programs(in folder: TemporaryFolder, callbackd line: String) throws -> String {
        try folder.write("callbackd", "#!/bin/sh\n\(line)\nexec \(Programs.callbackd) \"$@\"\n", mode: 0o700)
        try #require(symlink(Programs.panel, folder.file("panel")) == 0)
        try #require(symlink(Programs.callbackd + "-hooks", folder.file("callbackd-hooks")) == 0)
        return folder.path
    }

    private func expectEverything(in output: String) {
        let lines = output.split(separator: "\n")
        for type in Self.types {
            #expect(lines.contains { $0.contains("callback") && $0.contains(" \(type) ") }, "no \(type)")
            #expect(lines.contains { $0.contains("hook") && $0.contains(" \(type) ") }, "no hook for \(type)")
        }
        #expect(lines.count { $0.contains("✔ verified webhook-id msg_") } == Self.types.count)
        #expect(!output.contains("✘"))
    }

    /// Processes that name the demo's folder in their arguments or environment.
    private func leftovers() -> [String] {
        guard let directory = opendir("/proc") else { return ["/proc cannot be read"] }
        defer { closedir(directory) }
        var found: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard Int32(name) != nil else { continue }
            let texts = ["cmdline", "environ"].map { (try? Shell.read("/proc/\(name)/\($0)")) ?? "" }
            if texts.contains(where: { $0.contains(folder.path) }) { found.append("\(name): \(texts[0])") }
        }
        return found
    }

    private func wait(for words: String, in path: String) throws {
        try eventually("\"\(words)\" in what the demo prints", within: .seconds(60)) {
            try Shell.read(path).contains(words)
        }
    }
}

/// Holds a port of 127.0.0.1; where another process holds it already, that serves as well.
private final class TakenPort: Sendable {
    private let descriptor: Int32
    let isTaken: Bool

    init(_ port: UInt16) {
        let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        // Connections of an earlier receiver may still be closing.
        var yes: Int32 = 1
        setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(made, $0, size) == 0 }
        }
        isTaken = isBound ? listen(made, 1) == 0 : errno == EADDRINUSE
        descriptor = made
    }

    deinit { close(descriptor) }
}
