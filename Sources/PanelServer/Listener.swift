import Glibc
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle

/// One address on which the panel answers: TCP with or without TLS, or a Unix socket.
struct Listener: Service {
    enum Place: Sendable {
        case network(ListenAddress, TLSConfiguration?)
        case socket(SocketFile)
    }

    /// Connections at once, for each listener; further ones wait in the system's queue.
    static let connections = 512
    /// How long a connection may say nothing, in the middle of a request or between two.
    static let idle = TimeAmount.seconds(60)
    /// All headers of a request together.
    static let headerBytes = 16 * 1024

    let place: Place
    let responder: PanelResponder
    let logger: Logger
    /// Called with the address as it can be used, once it can be.
    let whenOpen: @Sendable (String) async -> Void

    /// Serves until graceful shutdown.
    func run() async throws {
        let place = place
        let whenOpen = whenOpen
        let problem = FirstProblem()
        let application = Application(
            responder: responder,
            server: try builder,
            configuration: ApplicationConfiguration(
                address: bindAddress, serverName: "panel",
                availableConnectionsDelegate: MaximumAvailableConnections(Self.connections)),
            onServerRunning: { channel in
                do {
                    await whenOpen(try Self.open(place, channel))
                } catch {
                    problem.note(error)
                    channel.close(promise: nil)
                }
            },
            logger: logger)
        defer { if case .socket(let file) = place { file.remove() } }
        do {
            try await application.run()
        } catch {
            throw problem.error ?? Self.explained(error, place)
        }
        if let error = problem.error { throw error }
    }

    private var bindAddress: BindAddress {
        switch place {
        case .network(let address, _): .hostname(address.host, port: address.port)
        case .socket(let file): .unixDomainSocket(path: file.bindingPath)
        }
    }

    private var builder: HTTPServerBuilder {
        get throws {
            let plain = HTTPServerBuilder.http1(
                configuration: HTTP1Channel.Configuration(
                    idleTimeout: Self.idle,
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: Self.headerBytes, maxHeaderListSize: Self.headerBytes,
                        maxHeaderFieldCount: 100)))
            guard case .network(_, let tls?) = place else { return plain }
            return try .tls(plain, tlsConfiguration: tls)
        }
    }

    /// The address of the open channel, with the port that the system chose.
    private static func open(_ place: Place, _ channel: any Channel) throws -> String {
        switch place {
        case .socket(let file):
            try file.publish()
            return file.path
        case .network(let address, let tls):
            let port = channel.localAddress?.port ?? address.port
            return "\(tls == nil ? "http" : "https")://\(ListenAddress(host: address.host, port: port))"
        }
    }

    private static func explained(_ error: any Error, _ place: Place) -> any Error {
        guard let error = error as? IOError else { return error }
        let address =
            switch place {
            case .network(let address, _): address.description
            case .socket(let file): file.path
            }
        let reason =
            switch error.errnoCode {
            case EADDRINUSE: "another program listens there already; stop that one, or choose another address"
            case EADDRNOTAVAIL: "this machine does not have that address"
            case EACCES: "this user may not; ports below 1024 are for root, or a folder is not writable"
            case let code: String(cString: strerror(code))
            }
        return ServerError("cannot listen on \(address): \(reason)")
    }
}
