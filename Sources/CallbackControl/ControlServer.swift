package import CallbackCore
import Glibc
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Serves operators over a Unix socket.
///
/// The socket's directory and mode keep strangers away from it, and the kernel's word about each peer decides again.
package final class ControlServer: Service {
    private let settings: ControlSettings
    private let operations: any Operations
    private let logger: Logger
    private let owners: Set<uid_t>
    private let whenOpen: @Sendable () async -> Void

    /// - Parameters:
    ///   - operations: what is served.
    ///   - whenOpen: called once the socket can be used.
    package convenience init(
        settings: ControlSettings,
        operations: any Operations,
        logger: Logger,
        whenOpen: @escaping @Sendable () async -> Void = {}
    ) {
        self.init(
            settings: settings, operations: operations, logger: logger, owners: [0, geteuid()], whenOpen: whenOpen)
    }

    /// - Parameter owners: the users who are let in without being in the group.
    init(
        settings: ControlSettings,
        operations: any Operations,
        logger: Logger,
        owners: Set<uid_t>,
        whenOpen: @escaping @Sendable () async -> Void
    ) {
        self.settings = settings
        self.operations = operations
        self.logger = logger
        self.owners = owners
        self.whenOpen = whenOpen
    }

    /// Looks at everything that can be wrong with the socket before anything is started.
    /// - Throws: `ControlError`.
    package static func check(_ settings: ControlSettings) throws(ControlError) {
        try socket(settings).prepare()
    }

    /// Serves until graceful shutdown.
    /// - Throws: `ControlError` where the socket cannot be opened.
    package func run() async throws {
        let socket = try Self.socket(settings)
        try socket.prepare()
        let access = PeerAccess(owners: owners, group: socket.group)
        let logger = logger
        let opening = Opening()
        let whenOpen = whenOpen
        var quiet = logger
        // Hummingbird speaks of its own affairs; only what went wrong there is news here.
        quiet.logLevel = max(logger.logLevel, .error)
        let application = Application(
            router: ControlRoutes(operations: operations).router(),
            server: HTTPServerBuilder { responder in
                GuardedChannel(
                    base: HTTP1Channel(responder: responder, configuration: .init(idleTimeout: .seconds(120))),
                    access: access, logger: logger)
            },
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: socket.bindingPath), serverName: "callbackd",
                availableConnectionsDelegate: MaximumAvailableConnections(64)),
            onServerRunning: { channel in
                guard opening.open(socket) else {
                    channel.close(promise: nil)
                    return
                }
                logger.info("control socket open", metadata: ["path": "\(socket.path)"])
                await whenOpen()
            },
            logger: quiet)
        defer { opening.close(socket) }
        do {
            try await application.run()
        } catch {
            // What closed the server says more than that it was closed.
            throw opening.problem ?? error
        }
        if let problem = opening.problem { throw problem }
    }

    private static func socket(_ settings: ControlSettings) throws(ControlError) -> ControlSocket {
        var group: gid_t?
        if let name = settings.group { group = try PeerAccess.number(ofGroup: name) }
        return try ControlSocket(path: settings.socketPath, group: group)
    }
}

/// Whether the socket came to its place, and which one it is.
private final class Opening: Sendable {
    private struct State {
        var problem: ControlError?
        var device: dev_t = 0
        var inode: ino_t = 0
        var isOpen = false
    }

    private let state = Mutex(State())

    var problem: ControlError? { state.withLock { $0.problem } }

    func open(_ socket: ControlSocket) -> Bool {
        state.withLock { state in
            do throws(ControlError) {
                try socket.publish()
                guard let identity = socket.identity() else { return false }
                (state.device, state.inode) = identity
                state.isOpen = true
                return true
            } catch {
                state.problem = error
                unlink(socket.bindingPath)
                return false
            }
        }
    }

    func close(_ socket: ControlSocket) {
        state.withLock { state in
            guard state.isOpen else { return }
            socket.remove((state.device, state.inode))
            state.isOpen = false
        }
    }
}
