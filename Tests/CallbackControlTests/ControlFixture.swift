import CallbackCore
import Foundation
import Glibc
import Logging
import ServiceLifecycle
import Synchronization

@testable import CallbackControl

/// A control server in a directory of its own, and what it was asked to do.
final class ControlFixture: Operations {
    let directory: String
    let socketPath: String
    private let asked = Mutex<[OperatorCommand]>([])
    private let tested = Mutex<[String]>([])

    init() throws {
        var template = Array("/tmp/control-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw POSIXError(.EIO) }
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(directory, 0o755)
        socketPath = directory + "/run/control.sock"
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: directory) } catch { _ = error }
    }

    var commands: [OperatorCommand] { asked.withLock { $0 } }
    var tests: [String] { tested.withLock { $0 } }

    func status() async -> DaemonStatus {
        DaemonStatus(
            ready: true, version: "test", pid: 1, startedAt: "2026-01-01T00:00:00.000Z", statePath: "/nowhere",
            stateProblem: nil, lastSequence: 42, sources: [], targets: [])
    }

    func perform(_ command: OperatorCommand) async -> CommandAnswer {
        asked.withLock { $0.append(command) }
        return CommandAnswer(items: [.init(name: "42-1", done: true, words: "held")])
    }

    func test(target: String) async -> CommandAnswer {
        tested.withLock { $0.append(target) }
        return CommandAnswer(items: [.init(name: target, done: false, words: "refused with 410")])
    }

    func reload() async -> ReloadReport {
        ReloadReport(
            .inForce, previousVersion: 3, version: 4, rules: .init(added: ["new"], removed: ["old"]), parked: 7,
            findings: [.init(Diagnostic(.warning, "X001", "strange", at: ConfigPlace(file: "f", line: 2, column: 3)))],
            words: "warning[X001]: strange")
    }

    /// Runs `body` while the server is open.
    func serving<Value: Sendable>(
        group: String? = nil,
        owners: Set<uid_t> = [0, geteuid()],
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let (opened, opening) = AsyncStream.makeStream(of: Void.self)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = ControlServer(
            settings: ControlSettings(socketPath: socketPath, group: group), operations: self, logger: logger,
            owners: owners, whenOpen: { opening.yield() })
        let services = ServiceGroup(configuration: .init(services: [server], logger: logger))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { opening.finish() }
                try await services.run()
            }
            for await _ in opened { break }
            let result: Result<Value, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            await services.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return try result.get()
        }
    }

    /// Calls a blocking function on a thread of its own.
    static func blocking<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: body()) }.start()
        }
    }
}
