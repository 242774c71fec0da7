import Glibc

/// A certificate that signs itself, with its key: so it is also its own authority.
package final class TLSCertificate: Sendable {
    /// PEM files.
    package let certificate: String
    package let key: String
    private let folder: TemporaryFolder

    package static var isAvailable: Bool { access(program, X_OK) == 0 }
    private static let program = "/usr/bin/openssl"

    /// - Parameters:
    ///   - names: whom it is for, as OpenSSL writes it.
    ///   - isExpired: whether its time was over years ago.
    package init(for names: String = "DNS:localhost,IP:127.0.0.1", isExpired: Bool = false) throws {
        folder = try TemporaryFolder()
        certificate = folder.file("certificate.pem")
        key = folder.file("key.pem")
        // `openssl ca` and not `req -x509`, because only that one takes dates of the past.
        try folder.write(
            "ca.cnf",
            """
            [ca]
            default_ca = own
            [own]
            database = \(folder.file("index.txt"))
            serial = \(folder.file("serial"))
            new_certs_dir = \(folder.path)
            default_md = sha256
            policy = any
            x509_extensions = extensions
            [any]
            commonName = supplied
            [extensions]
            subjectAltName = \(names)
            [req]
            distinguished_name = any

            """)
        try folder.write("index.txt", "")
        try folder.write("serial", "01\n")
        let request = folder.file("request.pem")
        try openssl([
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
            "-subj", "/CN=test", "-config", folder.file("ca.cnf"), "-out", request,
        ])
        let dates = isExpired ? ["-startdate", "20200101000000Z", "-enddate", "20200201000000Z"] : ["-days", "30"]
        try openssl(
            [
                "ca", "-batch", "-notext", "-selfsign", "-config", folder.file("ca.cnf"), "-keyfile", key, "-in",
                request, "-out", certificate,
            ] + dates)
    }

    private func openssl(_ words: [String]) throws {
        let result = try Shell.run(Self.program, words)
        guard result.status == 0 else {
            throw LoopbackError(description: "openssl \(words.joined(separator: " ")): \(result.errors)")
        }
    }
}
