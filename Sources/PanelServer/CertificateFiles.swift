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
                "\(certificate) holds no certificate that can be read: \(Self.reason(certificate, error)); `panel init` makes "
                    + "one beside a new database, --certificate names another, --no-tls serves without")
        }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: self.key, format: .pem)
        } catch {
            throw ServerError("\(self.key) holds no private key that can be read: \(Self.reason(self.key, error))")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        return configuration
    }

    private static func reason(_ path: String, _ error: any Error) -> String {
        access(path, R_OK) == 0 ? "\(error)" : String(cString: strerror(errno))
    }
}
