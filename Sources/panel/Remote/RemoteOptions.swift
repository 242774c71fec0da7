import ArgumentParser
import FoundationEssentials
import Glibc
import HTTPTransport

/// How another machine's panel is reached.
struct RemoteOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The panel's address: https://HOST:8443.", valueName: "url"))
    var url: String?

    @Option(
        help: ArgumentHelp("PEM file with the authority, or the panel's own certificate, to trust.", valueName: "path"))
    var ca: String?

    @Flag(help: "Do not verify the panel's certificate: whoever stands between can read and change everything.")
    var insecure = false

    @Option(help: ArgumentHelp("How long to wait for the answer: 60, 60s, 500ms.", valueName: "time"))
    var timeout = Wait.remote

    func validate() throws {
        guard !(insecure && ca != nil) else { throw ValidationError("--insecure and --ca exclude each other") }
    }

    /// The server at `url`, or on a Unix socket.
    ///
    /// - Throws: a usage error where the address is none; exit 66 or 65 where the file of `--ca` cannot be used.
    func server(_ url: String, socket: String? = nil) throws -> RemoteServer {
        if let ca {
            guard let text = try? String(contentsOfFile: ca, encoding: .utf8) else {
                let reason = access(ca, R_OK) == 0 ? "it is no text" : String(cString: strerror(errno))
                Ending.say("--ca \(ca) cannot be read: \(reason)")
                throw Ending.noInput.code
            }
            guard text.contains("-----BEGIN CERTIFICATE-----") else {
                Ending.say("--ca \(ca) holds no certificate in PEM form")
                throw Ending.brokenData.code
            }
        }
        do throws(HTTPEndpointError) {
            return RemoteServer(
                endpoint: try HTTPEndpoint(
                    url: url, egress: .anywhere, tls: HTTPEndpoint.TLS(authorities: ca, verifies: !insecure),
                    connections: 1, unixSocket: socket),
                timeout: timeout.duration)
        } catch {
            throw ValidationError("\(error)")
        }
    }
}

extension EgressPolicy {
    /// Everywhere: where a person says where to go, there is nobody to be kept from it.
    fileprivate static let anywhere = EgressPolicy(
        allow: [CIDR(IPAddress(v4: 0), prefix: 0), CIDR(IPAddress(v6: 0), prefix: 0)])
}
