import Glibc
package import Logging
import PanelKit
import ServiceLifecycle
import Synchronization

/// The panel over the network: its remote XML API, and the licence API.
package struct PanelServer: Service {
    private let listeners: [Listener]
    private let log: AccessLog?
    /// Libraries speak of their own affairs; only what went wrong there is news here.
    private let quiet: Logger

    /// - Parameters:
    ///   - log: where requests are written down; nil for nowhere.
    ///   - whenOpen: called once with all addresses, when every one of them can be used.
    /// - Throws: `ServerError` and `PanelDatabaseError` for what can be found wrong before anything is opened.
    package init(
        _ settings: PanelServerSettings, log: AccessLog?, logger: Logger,
        whenOpen: @escaping @Sendable ([OpenAddress]) -> Void
    ) throws {
        self.log = log
        let offers = try Offers(database: settings.database)
        let tls = try settings.certificate?.serverConfiguration()
        var places: [(OpenAddress.Purpose, Listener.Place, PanelResponder.Offer)] = []
        if let address = settings.listen { places.append((.packets, .network(address, tls), offers.packets)) }
        if let socket = settings.socket { places.append((.socket, .socket(socket), offers.packets)) }
        if let address = settings.licenseListen { places.append((.licenses, .network(address, tls), offers.licenses)) }
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .critical)
        self.quiet = quiet
        let rate = RequestRate(perSecond: settings.rate)
        let opening = Opening(expected: places.count, whenAll: whenOpen)
        listeners = places.map { purpose, place, offer in
            Listener(
                place: place, responder: PanelResponder(offer: offer, rate: rate, log: log), logger: quiet,
                whenOpen: { address in opening.opened(OpenAddress(purpose: purpose, address: address)) })
        }
    }

    /// Serves until graceful shutdown: then nothing new is taken, and what was taken is answered.
    ///
    /// - Throws: `ServerError` where an address cannot be opened; the others are closed again.
    package func run() async throws {
        defer { log?.flush() }
        // A group for each: they close together, and not one after the other.
        let groups = listeners.map {
            ServiceGroup(configuration: ServiceGroupConfiguration(services: [$0], logger: quiet))
        }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for group in groups { tasks.addTask { try await group.run() } }
            do {
                for try await _ in tasks {}
            } catch {
                for group in groups { await group.triggerGracefulShutdown() }
                while await tasks.nextResult() != nil {}
                throw error
            }
        }
    }
}

/// An address that answers.
package struct OpenAddress: Sendable, Equatable {
    package enum Purpose: String, Sendable {
        case packets = "xml"
        case licenses = "license"
        case socket
    }

    package let purpose: Purpose
    /// A URL, or the path of a socket.
    package let address: String
}

/// Waits until every listener is open.
private final class Opening: Sendable {
    private let addresses = Mutex<[OpenAddress]>([])
    private let expected: Int
    private let whenAll: @Sendable ([OpenAddress]) -> Void

    init(expected: Int, whenAll: @escaping @Sendable ([OpenAddress]) -> Void) {
        self.expected = expected
        self.whenAll = whenAll
    }

    func opened(_ address: OpenAddress) {
        let all = addresses.withLock { addresses in
            addresses.append(address)
            return addresses.count == expected ? addresses : nil
        }
        if let all { whenAll(all) }
    }
}

/// What the listeners offer, on one panel's databases.
///
/// Each database is opened once for changes, on a thread of its own, and again for readers, who so wait for no change.
private struct Offers {
    let packets: PanelResponder.Offer
    let licenses: PanelResponder.Offer

    init(database path: String) throws {
        let database = try PanelDatabase.open(at: path)
        let commits = GroupCommit(database: database)
        let reader = PanelReader(database: try PanelDatabase.open(at: path))
        let access = RemoteAccess(database: try PanelDatabase.open(at: path))
        packets = .packets(
            PacketEndpoint(
                access: access,
                line: PacketLine(
                    engine: PacketEngine(database: database), access: access, commits: commits, reader: reader)))
        licenses = .licenses(
            LicenseEndpoint(
                service: LicenseService(accounts: reader),
                live: LicenseService.Environment(reader: reader, commits: commits),
                test: try Self.testEnvironment(besideDatabase: path)))
    }

    /// The licences below `/test`: in a database of their own, so that nothing that watches the panel sees them.
    private static func testEnvironment(besideDatabase path: String) throws -> LicenseService.Environment {
        let path = path + ".test"
        let database: PanelDatabase
        do throws(PanelDatabaseError) {
            database = try PanelDatabase.open(at: path)
        } catch .missing {
            // Others see no more of it than of the panel's own.
            let mask = umask(0o027)
            defer { umask(mask) }
            database = try PanelDatabase.create(at: path, sample: false)
        }
        return LicenseService.Environment(
            reader: PanelReader(database: try PanelDatabase.open(at: path)), commits: GroupCommit(database: database))
    }
}
