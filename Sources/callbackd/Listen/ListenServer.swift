import CallbackCore
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

/// The HTTP side of `callbackd listen`: any path takes a POST.
struct ListenServer: Sendable {
    /// Bytes of one request.
    static let longestBody = 8 << 20

    let address: String
    let port: Int
    let receiver: Receiver
    let end: EndOfListening

    /// Serves until a signal or until `end` is called.
    func run() async throws {
        var logger = Logger(label: "listen") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        let address = address
        let receiver = receiver
        let router = Router()
        router.post("**") { request, _ in try await Self.answer(request, receiver) }
        router.post("/") { request, _ in try await Self.answer(request, receiver) }
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(
                address: .hostname(address, port: port), serverName: "callbackd-listen"),
            onServerRunning: { channel in
                let host = address.contains(":") ? "[\(address)]" : address
                Terminal.say("listening on http://\(host):\(channel.localAddress?.port ?? 0)/")
                Terminal.say("ready")
            },
            logger: logger)
        let services = ServiceGroup(
            configuration: .init(
                services: [.init(service: application)], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await services.run() }
            tasks.addTask {
                if await end.wait() { await services.triggerGracefulShutdown() }
            }
            try await tasks.next()
            end.cancel()
            try await tasks.waitForAll()
        }
    }

    private static func answer(_ request: Request, _ receiver: Receiver) async throws -> Response {
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: longestBody)
        } catch {
            return Response(status: .contentTooLarge)
        }
        let headers = SignatureHeaders(
            id: request.headers[.webhookID], timestamp: request.headers[.webhookTimestamp],
            signature: request.headers[.webhookSignature])
        let status = receiver.receive(
            headers, body: Array(body.readableBytesView), now: SystemTimekeeper().now())
        return Response(status: HTTPResponse.Status(code: status))
    }
}

/// Says that enough was received.
struct EndOfListening: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1)) }

    func reached() { continuation.yield() }

    func cancel() { continuation.finish() }

    /// - Returns: whether the end was reached, and not cancelled.
    func wait() async -> Bool {
        var iterator = stream.makeAsyncIterator()
        return await iterator.next() != nil
    }
}

extension HTTPField.Name {
    fileprivate static let webhookID = Self.known("webhook-id")
    fileprivate static let webhookTimestamp = Self.known("webhook-timestamp")
    fileprivate static let webhookSignature = Self.known("webhook-signature")

    /// The names above are valid; the fallback is there because the type cannot say so.
    private static func known(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .referer }
}
