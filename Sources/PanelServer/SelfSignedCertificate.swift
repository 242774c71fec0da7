import Crypto
import FoundationEssentials
import Glibc
import SwiftASN1
import X509

/// A certificate that nobody but its own key vouches for: enough for TLS between machines that were given it.
package enum SelfSignedCertificate {
    /// How long it is good: ten years and a little. A panel's own certificate that ends soon only teaches people to
    /// switch verification off.
    private static let life: TimeInterval = 3_660 * 86_400

    /// Writes certificate and key. Files that are there already are left, and refused.
    ///
    /// - Parameter hosts: for whom it is: names and IP addresses; the first one is also its subject.
    /// - Throws: `ServerError` where a file cannot be made.
    package static func write(to files: CertificateFiles, hosts: [String]) throws {
        let key = P256.Signing.PrivateKey()
        let certificate = try make(key: key, hosts: hosts)
        try write(certificate.serializeAsPEM().pemString + "\n", to: files.certificate, mode: 0o644)
        do {
            try write(key.pemRepresentation + "\n", to: files.key, mode: 0o600)
        } catch {
            unlink(files.certificate)
            throw error
        }
    }

    private static func make(key: P256.Signing.PrivateKey, hosts: [String]) throws -> Certificate {
        let name = try DistinguishedName { CommonName(hosts.first ?? "localhost") }
        // An hour back, for clocks that differ.
        let begin = Date.now.addingTimeInterval(-3_600)
        return try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: Certificate.PublicKey(key.publicKey),
            notValidBefore: begin, notValidAfter: begin.addingTimeInterval(life), issuer: name, subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames(hosts.map(generalName))
            },
            issuerPrivateKey: Certificate.PrivateKey(key))
    }

    private static func generalName(_ host: String) -> GeneralName {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, host, &four) == 1 {
            return .ipAddress(ASN1OctetString(contentBytes: withUnsafeBytes(of: four) { ArraySlice($0) }))
        }
        if inet_pton(AF_INET6, host, &six) == 1 {
            return .ipAddress(ASN1OctetString(contentBytes: withUnsafeBytes(of: six) { ArraySlice($0) }))
        }
        return .dnsName(host)
    }

    private static func write(_ text: String, to path: String, mode: mode_t) throws(ServerError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw ServerError("\(path) cannot be made: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        // Whatever the umask says: the certificate is for everybody, the key for nobody.
        fchmod(descriptor, mode)
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            unlink(path)
            throw ServerError("\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
    }
}
