import FoundationEssentials
import Glibc
import NIOSSL

/// The PEM files by which a server proves who it is.
package struct CertificateFiles: Sendable, Equatable {
    /// The certificate, and those that lead to its authority.
    package let certificate: String
    package let key: String

    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    /// The files that `panel init` makes beside a database.
    package init(besideDatabase path: String) {
        self.init(certificate: path + ".cert.pem", key: path + ".key.pem")
    }

    /// - Throws: `ServerError` that names the file.
    func serverConfiguration() throws(ServerError) -> TLSConfiguration {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificate)
        } catch {
            throw ServerError(
                "\(Self.problem(of: certificate, "certificate")); `panel init` makes one beside a new database, "
                    + "--certificate names another, --no-tls serves without")
        }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: self.key, format: .pem)
        } catch {
            throw ServerError("\(Self.problem(of: self.key, "private key")); --key names another")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        return configuration
    }

    private static func problem(of path: String, _ noun: String) -> String {
        access(path, R_OK) == 0
            ? "\(path) holds no \(noun) in PEM form" : "\(path) cannot be read: \(String(cString: strerror(errno)))"
    }
}
