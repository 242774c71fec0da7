import ArgumentParser
import Glibc
import Logging
import PanelKit
import PanelServer
import ServiceLifecycle
import UnixSignals

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Answer over the network: the remote XML API and the licence API.",
        discussion: """
            Prints `ready` and its addresses on standard output, one line, when every one can be used. Requests are \
            written down on standard error. SIGTERM lets what was taken come to its end. Exit 64: wrong options. \
            66: no such database. 73: an address cannot be opened. 78: certificate or key cannot be used.
            """
    )

    @Option(help: ArgumentHelp("The panel's database file.", valueName: "path"))
    var database: String

    @Option(help: ArgumentHelp("Where packets are taken; port 0 takes a free one.", valueName: "host:port"))
    var listen: ListenAddress = ListenAddress(host: "127.0.0.1", port: 8443)

    @Option(help: ArgumentHelp("Where the licence API answers; port 0 takes a free one.", valueName: "host:port"))
    var licenseListen: ListenAddress = ListenAddress(host: "127.0.0.1", port: 8444)

    @Option(help: ArgumentHelp("Take packets on this Unix socket, too.", valueName: "path"))
    var socket: String?

    @Option(help: ArgumentHelp("The permissions of the socket.", valueName: "octal"))
    var socketMode: FileMode = FileMode(bits: 0o660)

    @Option(
        help: ArgumentHelp("PEM file with a certificate, in place of the one beside the database.", valueName: "path"))
    var certificate: String?

    @Option(help: ArgumentHelp("PEM file with the key of --certificate.", valueName: "path"))
    var key: String?

    @Flag(name: .customLong("no-tls"), help: "Serve plain HTTP: for a proxy on this machine that has the TLS.")
    var noTLS = false

    @Option(help: ArgumentHelp("Requests a second from one address; 0 for no limit.", valueName: "number"))
    var rate = 1_000

    @Flag(help: "Do not write requests down.")
    var noAccessLog = false

    func validate() throws {
        guard rate >= 0 else { throw ValidationError("--rate is 0 or more") }
        guard (certificate == nil) == (key == nil) else {
            throw ValidationError("--certificate and --key belong together: give both or none")
        }
        guard !(noTLS && certificate != nil) else {
            throw ValidationError("--no-tls and --certificate exclude each other")
        }
    }

    func run() async throws {
        // Whoever reads the log may go; the panel stays.
        signal(SIGPIPE, SIG_IGN)
        let log = noAccessLog ? nil : AccessLog(descriptor: STDERR_FILENO)
        let logger = Logger(label: "panel", factory: { StreamLogHandler.standardError(label: $0) })
        let server = try Ending.explaining {
            try PanelServer(try settings, log: log, logger: logger) { addresses in
                let line = addresses.map { "\($0.purpose.rawValue)=\($0.address)" }.sorted().joined(separator: " ")
                _ = StandardStream.write("ready \(line)\n", to: STDOUT_FILENO)
            }
        }
        let services = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        do {
            try await services.run()
        } catch let error as ServerError {
            Ending.say("\(error)")
            throw Ending.cannotCreate.code
        }
    }

    private var settings: PanelServerSettings {
        get throws {
            let given = certificate.flatMap { file in key.map { CertificateFiles(certificate: file, key: $0) } }
            return PanelServerSettings(
                database: database, listen: listen, licenseListen: licenseListen,
                socket: try socket.map { try SocketFile(path: $0, mode: socketMode.bits) },
                certificate: noTLS ? nil : given ?? CertificateFiles(besideDatabase: database),
                rate: rate == 0 ? nil : rate)
        }
    }
}

extension ListenAddress: ExpressibleByArgument {
    public init?(argument: String) {
        self.init(argument)
    }

    public var defaultValueDescription: String { description }
}

/// Permissions of a file, written in octal.
struct FileMode: ExpressibleByArgument {
    let bits: UInt32

    init(bits: UInt32) {
        self.bits = bits
    }

    init?(argument: String) {
        guard let bits = UInt32(argument, radix: 8), bits <= 0o777 else { return nil }
        self.bits = bits
    }

    var defaultValueDescription: String { "0" + String(bits, radix: 8) }
}
