package import CallbackCore
import FoundationEssentials

/// How a question to the daemon ended.
package enum ControlReply<Answer: Sendable>: Sendable {
    case answered(Answer)
    /// Nobody listens on the socket.
    case notRunning
    /// The file system or the daemon does not let this user in.
    case noPermission
    case timedOut
    /// Something answered, but not as it should.
    case failed(String)
}

/// Asks the running daemon over its control socket. Blocks the thread that calls it.
package struct ControlClient: Sendable {
    package let socketPath: String
    /// For each request as a whole.
    package let timeout: Duration

    package init(socketPath: String, timeout: Duration = .seconds(30)) {
        self.socketPath = socketPath
        self.timeout = timeout
    }

    package func status() -> ControlReply<DaemonStatus> {
        ask("GET", "/v1/status")
    }

    package func perform(_ command: OperatorCommand) -> ControlReply<CommandAnswer> {
        do {
            return ask("POST", "/v1/commands", Array(try JSONEncoder().encode(command)))
        } catch {
            return .failed("the command cannot be written as JSON: \(error)")
        }
    }

    /// Sends one test event to a target. Takes as long as the target does.
    package func test(target: String) -> ControlReply<CommandAnswer> {
        ask("POST", "/v1/targets/\(PathSegment.encoded(target))/test")
    }

    /// Has the configuration read again, and waits for the verdict.
    package func reload() -> ControlReply<ReloadReport> { ask("POST", "/v1/reload") }

    private func ask<Answer: Decodable & Sendable>(
        _ method: String,
        _ path: String,
        _ body: [UInt8] = []
    ) -> ControlReply<Answer> {
        do throws(LocalExchange.Failure) {
            let (status, answer) = try LocalExchange.perform(
                socketPath: socketPath, method: method, path: path, body: body, timeout: timeout)
            switch status {
            case 200: return Self.decoded(answer)
            case 403: return .noPermission
            default: return .failed(Self.words(of: answer) ?? "the daemon answered with HTTP status \(status)")
            }
        } catch {
            switch error {
            case .notRunning: return .notRunning
            case .noPermission: return .noPermission
            case .timedOut: return .timedOut
            case .broken(let words): return .failed(words)
            }
        }
    }

    private static func decoded<Answer: Decodable & Sendable>(_ body: [UInt8]) -> ControlReply<Answer> {
        do {
            return .answered(try JSONDecoder().decode(Answer.self, from: Data(body)))
        } catch {
            return .failed("the daemon's answer is not understood: is it of another version?")
        }
    }

    private static func words(of body: [UInt8]) -> String? {
        do { return try JSONParser.parse(body)["error"]?.string } catch { return nil }
    }
}
