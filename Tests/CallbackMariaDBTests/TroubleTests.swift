import CallbackCore
import CallbackTestKit
import Testing

@testable import CallbackMariaDB

@Suite("Servers that cannot be read", .serialized)
struct TroubleTests {
    /// A server with a user for callbackd, who has these rights.
    private func server(_ options: [String] = [], rights: [String] = Self.rights) throws -> PrivateMariaDB {
        let server = try PrivateMariaDB(options)
        try server.sql(
            "CREATE DATABASE psa; CREATE TABLE psa.a (id INT PRIMARY KEY, v INT); "
                + "CREATE USER callbackd@'%' IDENTIFIED BY 'right'; "
                + rights.map { "GRANT \($0) TO callbackd@'%';" }.joined())
        return server
    }

    private static let rights = ["REPLICATION SLAVE ON *.*", "SELECT ON psa.*"]

    private func watch(_ server: PrivateMariaDB, password: String = "right", tcp: Bool = true, tls: Settings? = nil)
        -> WatchedServer
    {
        var own: [String: SettingValue] = ["user": .text("callbackd"), "password": .text("secret")]
        if tcp {
            own["host"] = .text("127.0.0.1")
            own["port"] = .integer(Int64(server.port))
        }
        if let tls { own["tls"] = .settings(tls) }
        return WatchedServer(server, tables: ["a": []], own: own, password: password)
    }

    private func failure(of watched: WatchedServer) throws -> String {
        try watched.start()
        var words = ""
        try watched.waitUntil("the source fails: \(watched.intake.statuses)") {
            if case .failed(let text)? = watched.intake.statuses.last { words = text }
            return !words.isEmpty
        }
        #expect(watched.stop() < 1000)
        #expect(watched.ended.value == nil)
        return words
    }

    @Test("REPLICATION SLAVE and SELECT are enough")
    func leastRights() throws {
        let server = try server()
        let watched = watch(server)
        try watched.watch()
        try server.sql(
            "INSERT INTO psa.a VALUES (1, 1); ALTER TABLE psa.a ADD COLUMN w INT; INSERT INTO psa.a VALUES (2, 2, 2);")
        let events = try watched.events(2)
        watched.stop()
        #expect(events.map(\.subject) == ["a/1", "a/2"])
        #expect(events[1].data["new"]?["w"] == 2)
        #expect(watched.intake.gaps == [])
    }

    @Test("a wrong password says so, and shows no password")
    func wrongPassword() throws {
        let words = try failure(of: watch(try server(), password: "wrong-hunter2"))
        #expect(words.contains("does not let callbackd in") && words.contains("CREATE USER"))
        #expect(!words.contains("hunter2"))
    }

    @Test("without REPLICATION SLAVE the GRANT is shown that is missing")
    func noReplication() throws {
        let words = try failure(of: watch(try server(rights: ["SELECT ON psa.*"])))
        #expect(words.contains("GRANT REPLICATION SLAVE ON *.* TO 'callbackd'@'%'"))
    }

    @Test("without SELECT the GRANT is shown that is missing")
    func noSelect() throws {
        let words = try failure(of: watch(try server(rights: ["REPLICATION SLAVE ON *.*"])))
        #expect(words.contains("GRANT SELECT ON `psa`.* TO 'callbackd'@'%'"))
    }

    @Test(
        "a binlog that does not say what is needed is refused with the lines for my.cnf",
        arguments: [
            ("--skip-log-bin", "add log_bin"), ("--binlog-format=STATEMENT", "binlog_format=ROW"),
            ("--binlog-row-image=MINIMAL", "binlog_row_image=FULL"),
            ("--binlog-row-image=NOBLOB", "binlog_row_image=FULL"),
        ])
    func settings(_ option: String, _ advice: String) throws {
        let words = try failure(of: watch(try server([option])))
        #expect(words.contains(advice), "\(words)")
        #expect(words.contains("my.cnf"))
    }

    @Test("nobody at the address is waited for, and found as soon as somebody is there")
    func nobody() throws {
        let server = try server()
        server.kill()
        let watched = watch(server)
        try watched.start()
        try watched.waitUntil("the source waits") {
            if case .waiting(let words)? = watched.intake.statuses.last {
                words.contains("cannot be reached")
            } else {
                false
            }
        }
        try server.start()
        try watched.waitUntil("the source watches") { watched.intake.statuses.contains(.watching) }
        #expect(watched.stop() < 1000)
    }

    @Test("another reader with the same number is named as such, and waited out")
    func sameNumber() throws {
        let server = try server()
        let watched = WatchedServer(server, tables: ["a": []], own: ["server-id": .integer(4711)])
        try watched.watch()
        let address = ServerAddress(
            host: "", port: 0, socket: server.socket, user: "root", database: "psa", protection: .off)
        // The two end each other in turns, until only one is left.
        try watched.waitUntil("the source says why: \(watched.intake.statuses)") {
            do {
                let other = try BinlogStream(
                    try MariaDBConnection(to: address, password: nil), after: GTIDPosition(), serverID: 4711)
                _ = try other.next()
            } catch {}
            return watched.intake.statuses.contains { status in
                if case .waiting(let words) = status { words.contains("write `server-id`") } else { false }
            }
        }
        try server.sql("INSERT INTO psa.a VALUES (1, 1);")
        #expect(try watched.events(1).map(\.subject) == ["a/1"])
        #expect(watched.stop() < 1000)
    }

    @Test("a server that takes capitals in names as small letters is read under either spelling")
    func folded() throws {
        let server = try server(["--lower-case-table-names=1"])
        try server.sql("CREATE TABLE psa.Orders (id INT PRIMARY KEY);")
        let watched = WatchedServer(server, tables: ["Orders": []])
        try watched.watch()
        try server.sql(
            "INSERT INTO psa.ORDERS VALUES (1); ALTER TABLE psa.orders ADD COLUMN x INT; INSERT INTO psa.Orders VALUES (2, 2);"
        )
        let events = try watched.events(2)
        watched.stop()
        #expect(events.map(\.subject) == ["Orders/1", "Orders/2"])
        #expect(watched.intake.gaps.map(\.message) == [])
    }

    // MARK: TLS

    private func tls(_ mode: String, _ certificate: TLSCertificate? = nil) -> Settings {
        let place = ConfigPlace(file: "test", line: 1, column: 1)
        var values = ["mode": Setting(.text(mode), at: place)]
        if let certificate { values["ca"] = Setting(.text(certificate.certificate), at: place) }
        return Settings(values, at: place)
    }

    private func secured(_ certificate: TLSCertificate, isRequired: Bool = true) -> [String] {
        [
            "--ssl-cert=\(certificate.certificate)", "--ssl-key=\(certificate.key)",
        ] + (isRequired ? ["--require-secure-transport=ON"] : [])
    }

    @Test("a server that requires TLS is read over TLS, its certificate checked", arguments: ["required", "verify"])
    func secure(_ mode: String) throws {
        let certificate = try TLSCertificate()
        let server = try server(secured(certificate))
        let watched = watch(server, tls: tls(mode, mode == "verify" ? certificate : nil))
        try watched.watch()
        // Larger than a record of TLS, so that reads end in the middle of one.
        try server.sql("INSERT INTO psa.a SELECT seq, seq FROM seq_1_to_20000;", database: "psa")
        let events = try watched.events(20_000)
        #expect(events.last?.subject == "a/20000")
        #expect(watched.stop() < 1000)
        withExtendedLifetime(certificate) {}
    }

    @Test("a server that requires TLS refuses a source without it")
    func insecure() throws {
        let certificate = try TLSCertificate()
        let words = try failure(of: watch(try server(secured(certificate)), tls: tls("off")))
        #expect(words.contains("tls: {mode: required}"), "\(words)")
        withExtendedLifetime(certificate) {}
    }

    @Test("a certificate of another authority, or of another name, is refused")
    func wrongCertificate() throws {
        let own = try TLSCertificate()
        let stranger = try TLSCertificate()
        let server = try server(secured(own, isRequired: false))
        let words = try failure(of: watch(server, tls: tls("verify", stranger)))
        #expect(words.contains("no TLS with the server"), "\(words)")
        let other = try TLSCertificate(for: "DNS:other.example")
        let second = try self.server(secured(other, isRequired: false))
        let answer = try failure(of: watch(second, tls: tls("verify", other)))
        #expect(answer.contains("no TLS with the server"), "\(answer)")
        withExtendedLifetime((own, stranger, other)) {}
    }

    @Test("a server without TLS gets no row of a source that requires it")
    func notOffered() throws {
        let words = try failure(of: watch(try server(["--skip-ssl"]), tls: tls("required")))
        #expect(words.contains("no TLS with the server"), "\(words)")
    }
}
