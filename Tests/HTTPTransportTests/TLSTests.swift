import Foundation
import Testing

@testable import HTTPTransport

@Suite("TLS", .timeLimit(.minutes(2)), .enabled(if: TLSServer.isAvailable, "needs the openssl program"))
struct TLSTests {
    private func get(
        _ server: TLSServer, host: String = "localhost", tls: HTTPEndpoint.TLS = HTTPEndpoint.TLS()
    ) async throws -> HTTPCompletion {
        let endpoint = try HTTPEndpoint(url: "https://\(host):\(server.port)/", egress: .loopback, tls: tls)
        return await (try HTTPTransport()).perform(HTTPRequest(endpoint: endpoint, method: .get))
    }

    @Test("a certificate of a named authority is trusted")
    func trusted() async throws {
        let server = try TLSServer(.valid)
        let completion = try await get(server, tls: .init(authorities: server.authority))
        #expect(completion.response?.status == 200, "\(completion)")
    }

    @Test("a self-signed certificate is refused by its reason")
    func selfSigned() async throws {
        let completion = try await get(try TLSServer(.valid))
        #expect(completion.failure?.kind == .tls(.selfSigned), "\(completion)")
        #expect(!completion.requestMayHaveBeenSent)
    }

    @Test("an expired certificate is refused by its reason")
    func expired() async throws {
        let server = try TLSServer(.expired)
        let completion = try await get(server, tls: .init(authorities: server.authority))
        #expect(completion.failure?.kind == .tls(.expired), "\(completion)")
    }

    @Test("a certificate for another host is refused by its reason")
    func wrongHost() async throws {
        let server = try TLSServer(.valid)
        let completion = try await get(server, host: "127.0.0.1", tls: .init(authorities: server.authority))
        #expect(completion.failure?.kind == .tls(.wrongHost), "\(completion)")
    }

    @Test("a receiver that wants a client certificate says so, and gets it where there is one")
    func clientCertificate() async throws {
        let server = try TLSServer(.valid, options: ["-Verify", "1", "-verify_return_error"])
        let without = try await get(server, tls: .init(authorities: server.authority))
        let named = without.failure?.kind == .tls(.clientCertificateWanted)
        #expect(named || without.failure?.message.contains("client certificate") == true, "\(without)")
        let with = try await get(
            server,
            tls: .init(authorities: server.authority, certificate: server.certificate, key: server.key))
        #expect(with.response?.status == 200, "\(with)")
    }

    @Test("with verification switched off any certificate is taken, for that endpoint and no other")
    func unverified() async throws {
        let server = try TLSServer(.expired)
        let transport = try HTTPTransport()
        let url = "https://127.0.0.1:\(server.port)/"
        let trusting = try HTTPEndpoint(url: url, egress: .loopback, tls: .init(verifies: false))
        let strict = try HTTPEndpoint(url: url, egress: .loopback)
        let first = await transport.perform(HTTPRequest(endpoint: trusting, method: .get))
        #expect(first.response?.status == 200, "\(first)")
        // Neither the kept connection nor its session serves an endpoint that wants to know who is there.
        let second = await transport.perform(HTTPRequest(endpoint: strict, method: .get))
        guard case .tls? = second.failure?.kind else {
            Issue.record("taken: \(second)")
            return
        }
        let third = await transport.perform(HTTPRequest(endpoint: trusting, method: .get))
        #expect(third.response?.status == 200, "\(third)")
    }

    @Test("TLS 1.1 is not spoken, also where verification is switched off", arguments: ["-tls1", "-tls1_1"])
    func oldVersionUnverified(option: String) async throws {
        let server = try TLSServer(.valid, options: [option, "-cipher", "DEFAULT@SECLEVEL=0"])
        let completion = try await get(server, tls: .init(verifies: false))
        #expect(completion.failure?.kind == .tls(.handshake), "\(completion)")
    }

    @Test("TLS 1.1 is not spoken", arguments: ["-tls1", "-tls1_1"])
    func oldVersion(option: String) async throws {
        let server = try TLSServer(.valid, options: [option, "-cipher", "DEFAULT@SECLEVEL=0"])
        let completion = try await get(server, tls: .init(authorities: server.authority))
        #expect(completion.failure?.kind == .tls(.handshake), "\(completion)")
    }

    @Test("a CA or certificate file that cannot be read is called our own fault")
    func ownFiles() async throws {
        let server = try TLSServer(.valid)
        let noAuthority = try await get(server, tls: .init(authorities: "/nonexistent/ca.pem"))
        #expect(noAuthority.failure?.kind == .tls(.ownFiles), "\(noAuthority)")
        let noCertificate = try await get(
            server, tls: .init(authorities: server.authority, certificate: "/nonexistent/c.pem", key: "/nonexistent/k"))
        #expect(noCertificate.failure?.kind == .tls(.ownFiles), "\(noCertificate)")
    }
}

/// `openssl s_server` with a certificate for "localhost", in a directory of its own.
final class TLSServer {
    enum Certificate {
        case valid
        case expired
    }

    static let isAvailable = FileManager.default.isExecutableFile(atPath: program)
    private static let program = "/usr/bin/openssl"

    let port: Int
    let certificate: String
    let key: String
    /// The certificate signs itself, so it is its own authority.
    var authority: String { certificate }
    private let directory: URL
    private let process = Process()
    private let output = Pipe()

    init(_ kind: Certificate, options: [String] = []) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        certificate = directory.appending(path: "certificate.pem").path
        key = directory.appending(path: "key.pem").path
        try TLSServer.makeCertificate(kind, in: directory)
        process.executableURL = URL(filePath: TLSServer.program)
        process.arguments =
            ["s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key, "-CAfile", certificate, "-www"]
            + options
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        port = try TLSServer.port(saidBy: output.fileHandleForReading)
    }

    deinit {
        // SIGTERM may be blocked in it: a child inherits the mask of a worker thread.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: directory)
    }

    /// A certificate that signs itself, made by `openssl ca` because only that one takes dates of the past.
    private static func makeCertificate(_ kind: Certificate, in directory: URL) throws {
        let settings = """
            [ca]
            default_ca = own
            [own]
            database = index.txt
            serial = serial
            new_certs_dir = .
            default_md = sha256
            policy = any
            x509_extensions = extensions
            [any]
            commonName = supplied
            [extensions]
            subjectAltName = DNS:localhost
            [req]
            distinguished_name = any
            """
        for (name, text) in [("ca.cnf", settings), ("index.txt", ""), ("serial", "01\n")] {
            try text.write(to: directory.appending(path: name), atomically: true, encoding: .utf8)
        }
        try run(
            [
                "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-subj", "/CN=localhost",
                "-config", "ca.cnf", "-out", "request.pem",
            ], in: directory)
        let dates =
            kind == .valid ? ["-days", "30"] : ["-startdate", "20200101000000Z", "-enddate", "20200201000000Z"]
        try run(
            [
                "ca", "-batch", "-notext", "-selfsign", "-config", "ca.cnf", "-keyfile", "key.pem", "-in",
                "request.pem", "-out", "certificate.pem",
            ] + dates, in: directory)
    }

    private static func run(_ arguments: [String], in directory: URL) throws {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.currentDirectoryURL = directory
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments) failed")
    }

    /// Reads until the server says `ACCEPT 127.0.0.1:<port>`; an end of its output ends the wait too.
    private static func port(saidBy output: FileHandle) throws -> Int {
        var text = ""
        while true {
            let data = output.availableData
            text += String(decoding: data, as: UTF8.self)
            let line = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                .first { $0.hasPrefix("ACCEPT") }
            if let port = line?.split(separator: ":").last.flatMap({ Int($0) }) { return port }
            try #require(!data.isEmpty, "openssl s_server ended: \(text)")
        }
    }
}
