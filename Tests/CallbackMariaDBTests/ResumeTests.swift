import CallbackCore
import CallbackTestKit
import Glibc
import Synchronization
import Testing

@testable import CallbackMariaDB

@Suite("Where reading begins and goes on", .serialized)
struct ResumeTests {
    private func shop(_ options: [String] = []) throws -> PrivateMariaDB {
        let server = try PrivateMariaDB(options)
        try server.sql(
            "CREATE DATABASE psa; CREATE TABLE psa.a (id INT PRIMARY KEY, v VARCHAR(100)); "
                + "CREATE TABLE psa.other (id INT PRIMARY KEY); INSERT INTO psa.a VALUES (1, 'before');")
        return server
    }

    private func subjects(_ events: [CapturedEvent]) -> [String] { events.map { "\($0.type.rawValue) \($0.subject)" } }

    @Test("what was there before is no event, and nothing is told twice or lost over a stop")
    func overStop() throws {
        let server = try shop()
        let watched = WatchedServer(server, tables: ["a": []])
        try watched.watch()
        try server.sql("INSERT INTO psa.a VALUES (2, 'x'); INSERT INTO psa.other VALUES (1);")
        _ = try watched.events(1)
        watched.stop()
        try server.sql("INSERT INTO psa.a VALUES (3, 'while down'); UPDATE psa.a SET v = 'y' WHERE id = 1;")
        try watched.watch()
        try server.sql("DELETE FROM psa.a WHERE id = 2;")
        let events = try watched.events(4)
        watched.stop()
        #expect(
            subjects(events) == ["row.added a/2", "row.added a/3", "row.changed a/1", "row.removed a/2"])
        #expect(watched.intake.gaps == [])
        #expect(Set(events.map(\.origin)).count == 4)
        let operations = events.map { $0.data["operation"]?.string ?? "" }
        #expect(operations.allSatisfy { $0.hasPrefix("0-7-") } && Set(operations).count == 4)
    }

    @Test("a huge transaction is handed over in batches, and one that was read in part goes on where it stood")
    func hugeTransaction() throws {
        let server = try shop()
        let watched = WatchedServer(server, tables: ["a": []])
        try watched.watch()
        watched.stop()
        try server.sql("INSERT INTO psa.a SELECT seq + 1000, 'v' FROM seq_1_to_25000;", database: "psa")
        // The intake lets three batches in, then no more for a while.
        let limit = 3
        watched.intake.state.withLock { $0.batches = [] }
        watched.intake.refuses { $0.batches.count >= limit }
        try watched.start()
        try watched.waitUntil("the intake refuses") { watched.intake.refusals > 0 }
        watched.stop()
        let first = watched.intake.events
        #expect(first.count >= 1000 && first.count < 25_000)
        let place = try #require(BinlogPlace(watched.intake.savedMark(of: WatchedServer.name)?.names ?? []))
        #expect(place.open != nil)
        watched.intake.refuses { _ in false }
        try watched.watch()
        let all = try watched.events(25_000)
        watched.stop()
        #expect(all.count == 25_000)
        #expect(all.map(\.subject) == (1001...26_000).map { "a/\($0)" })
        #expect(Set(all.map(\.origin)).count == 25_000)
        let batches = watched.intake.state.withLock { $0.batches.map(\.events.count) }
        #expect((batches.max() ?? 0) <= MariaDBWatch.batchSize)
        #expect(watched.intake.gaps == [])
    }

    @Test("with a profile that keeps a transaction together a huge one is told in parts, each change once")
    func hugeUnit() throws {
        let server = try PrivateMariaDB()
        try server.sql("CREATE DATABASE psa; USE psa; \(PsaSchema.sql)")
        let watched = WatchedServer(server, tables: [:], profile: "plesk")
        try watched.watch()
        watched.stop()
        try server.sql(
            "INSERT INTO PlanItems (id, classname, name, uuid) SELECT seq, 'Custom', seq, seq FROM seq_1_to_25000",
            database: "psa")
        watched.intake.refuses { $0.batches.contains { !$0.events.isEmpty } }
        try watched.start()
        try watched.waitUntil("the intake refuses") { watched.intake.refusals > 0 }
        watched.stop()
        #expect(watched.intake.events.count == MariaDBWatch.largestUnit)
        watched.intake.refuses { _ in false }
        try watched.watch()
        let events = try watched.events(25_000)
        watched.stop()
        #expect(events.map(\.subject) == (1...25_000).map { "plan_item/\($0)" })
        #expect(events.allSatisfy { $0.type == "plan_item.created" })
        #expect(Set(events.map(\.origin)).count == 25_000)
        #expect(Set(events.map { $0.data["operation"]?.string ?? "" }).count == 1)
        #expect(watched.intake.gaps == [])
    }

    @Test("a source that saw its changes in another way before says that it does not know what lies between")
    func anotherWay() throws {
        let server = try shop()
        let watched = WatchedServer(server, tables: ["a": []])
        let before = Mark(incarnation: "of-a-change-table", position: 41, nonce: 1, isInstalled: true)
        watched.intake.state.withLock { $0.mark = before }
        try watched.watch()
        try server.sql("INSERT INTO psa.a VALUES (60, 'x');")
        let events = try watched.events(1)
        watched.stop()
        #expect(watched.intake.gaps.map(\.reason) == [.replaced])
        #expect(watched.intake.gaps.first?.after == 41)
        #expect(watched.intake.mark?.incarnation != before.incarnation)
        #expect(events.map(\.origin.position) == [42])
    }

    @Test("a server that restarts, rotates its binlog or is killed loses nothing")
    func restart() throws {
        let server = try shop()
        let watched = WatchedServer(server, tables: ["a": []])
        try watched.watch()
        try server.sql("INSERT INTO psa.a VALUES (10, 'a'); FLUSH BINARY LOGS; INSERT INTO psa.a VALUES (11, 'b');")
        _ = try watched.events(2)
        try server.stop()
        try server.start()
        try server.sql("INSERT INTO psa.a VALUES (12, 'c');")
        _ = try watched.events(3)
        server.kill()
        try watched.waitUntil("the source waits") {
            if case .waiting? = watched.intake.statuses.last { true } else { false }
        }
        try server.start()
        try server.sql("INSERT INTO psa.a VALUES (13, 'd');")
        let events = try watched.events(4)
        #expect(subjects(events) == (10...13).map { "row.added a/\($0)" })
        #expect(watched.intake.gaps == [])
        #expect(watched.stop() < 1000)
    }

    @Test("a transaction that the server died in while writing it is not told", arguments: [1, 5000])
    func withoutEnd(rows: Int) throws {
        let server = try shop()
        let watched = WatchedServer(server, tables: ["a": []])
        try watched.watch()
        try server.sql("INSERT INTO psa.a VALUES (50, 'a');")
        _ = try watched.events(1)
        watched.stop()
        try server.sql("INSERT INTO psa.a SELECT seq + 100, 'unfinished' FROM seq_1_to_\(rows);", database: "psa")
        server.kill()
        // The commit is the last event of the log: 31 bytes.
        let log = server.folder.file("data/panel-bin.000001")
        let descriptor = open(log, O_RDWR)
        let length = lseek(descriptor, 0, SEEK_END)
        #expect(ftruncate(descriptor, length - 31) == 0)
        close(descriptor)
        try server.start()
        try server.sql("INSERT INTO psa.a VALUES (51, 'b');")
        try watched.watch()
        try watched.waitUntil("the row after it") { watched.intake.events.contains { $0.subject == "a/51" } }
        watched.stop()
        let told = watched.intake.events.filter { !["a/50", "a/51"].contains($0.subject) }
        // What went to the state file in batches before the end was missed cannot be taken back.
        #expect(told.count < rows && told.count % MariaDBWatch.batchSize == 0)
        #expect(watched.intake.gaps.map(\.reason) == (told.isEmpty ? [] : [.unreadable]))
    }

    @Test("a purged binlog is a gap, and reading goes on from now under another incarnation")
    func purged() throws {
        let server = try shop()
        let watched = WatchedServer(server, tables: ["a": []])
        try watched.watch()
        watched.stop()
        let before = watched.intake.mark?.incarnation
        try server.sql("INSERT INTO psa.a VALUES (20, 'lost');")
        // The server keeps what a reader has open, until it notices that the reader is gone.
        try watched.waitUntil("the server has noticed the end") {
            do {
                let readers = "SELECT count(*) FROM information_schema.PROCESSLIST WHERE COMMAND = 'Binlog Dump'"
                return try server.sql(readers) == "0\n"
            } catch { return false }
        }
        // It also keeps what it might need after a crash, until its tables are on disk.
        try watched.waitUntil("the binlog is purged") {
            do {
                try server.sql("FLUSH BINARY LOGS; PURGE BINARY LOGS TO '\(try lastLog(server))';")
                return try !server.sql("SHOW BINARY LOGS;").contains("panel-bin.000001")
            } catch { return false }
        }
        try watched.watch()
        try server.sql("INSERT INTO psa.a VALUES (21, 'seen');")
        let events = try watched.events(1)
        watched.stop()
        #expect(subjects(events) == ["row.added a/21"])
        #expect(watched.intake.gaps.map(\.reason) == [.trimmed])
        #expect(watched.intake.mark?.incarnation != before)
    }

    @Test("a server with another history is a gap, never a silent wait", arguments: ["RESET MASTER", "another server"])
    func anotherHistory(_ what: String) throws {
        let server = try shop()
        let watched = WatchedServer(server, tables: ["a": []])
        try watched.watch()
        try server.sql("INSERT INTO psa.a VALUES (30, 'old');")
        _ = try watched.events(1)
        watched.stop()
        if what == "RESET MASTER" {
            try server.sql("RESET MASTER;")
        } else {
            // Its transactions have the same numbers and go further, but another server wrote them.
            try server.sql(
                "RESET MASTER; SET GLOBAL server_id = 99; "
                    + (0..<20).map { "INSERT INTO psa.other VALUES (\(100 + $0));" }.joined())
        }
        try watched.watch()
        try server.sql("INSERT INTO psa.a VALUES (31, 'new');")
        let events = try watched.events(2)
        watched.stop()
        #expect(subjects(events) == ["row.added a/30", "row.added a/31"])
        #expect(watched.intake.gaps.map(\.reason) == [.replaced])
    }

    /// Resets the binlog of a source that has told of row 40 and stopped, lets it grow, and expects a gap.
    private func resetBeyond(_ watched: WatchedServer) throws {
        try watched.server.sql(
            "RESET MASTER; " + (0..<20).map { "INSERT INTO psa.other VALUES (\(200 + $0));" }.joined())
        try watched.watch()
        try watched.waitUntil("a gap") { !watched.intake.gaps.isEmpty }
        try watched.server.sql("INSERT INTO psa.a VALUES (41, 'new');")
        let events = try watched.events(2)
        watched.stop()
        #expect(subjects(events) == ["row.added a/40", "row.added a/41"])
        #expect(watched.intake.gaps.map(\.reason) == [.replaced])
    }

    @Test("a binlog that was reset and has grown beyond the place by the same numbers is noticed by its beginning")
    func sameNumbers() throws {
        let server = try shop()
        let watched = WatchedServer(server, tables: ["a": []])
        try watched.watch()
        try server.sql("INSERT INTO psa.a VALUES (40, 'old');")
        _ = try watched.events(1)
        watched.stop()
        // Files are told apart by the second in which they were begun.
        let begun = try server.sql("SELECT UNIX_TIMESTAMP()")
        try watched.waitUntil("the next second") {
            do { return try server.sql("SELECT UNIX_TIMESTAMP()") != begun } catch { return false }
        }
        try resetBeyond(watched)
    }

    @Test("a binlog that was reset and has grown beyond the place is noticed by the number of its file")
    func smallerNumber() throws {
        let server = try shop()
        try server.sql("FLUSH BINARY LOGS; FLUSH BINARY LOGS;")
        let watched = WatchedServer(server, tables: ["a": []])
        try watched.watch()
        try server.sql("INSERT INTO psa.a VALUES (40, 'old');")
        _ = try watched.events(1)
        watched.stop()
        try resetBeyond(watched)
    }

    @Test("a transaction that the server lost after it was told is a gap where another one has its name")
    func lostEnd() throws {
        let server = try shop()
        let watched = WatchedServer(server, tables: ["a": []])
        try watched.watch()
        try server.sql("INSERT INTO psa.a VALUES (60, 'kept');")
        _ = try watched.events(1)
        let log = server.folder.file("data/panel-bin.000001")
        func length() -> off_t {
            let descriptor = open(log, O_RDWR)
            defer { close(descriptor) }
            return lseek(descriptor, 0, SEEK_END)
        }
        let kept = length()
        try server.sql("INSERT INTO psa.a VALUES (61, 'lost');")
        _ = try watched.events(2)
        watched.stop()
        // As a machine that loses its power before the file is on disk.
        server.kill()
        #expect(truncate(log, kept) == 0)
        try server.start()
        try server.sql(
            "INSERT INTO psa.a VALUES (62, 'of the same name'), (63, 'too'); INSERT INTO psa.a VALUES (64, 'x');")
        try watched.watch()
        try watched.waitUntil("a gap: \(watched.intake.statuses)") { !watched.intake.gaps.isEmpty }
        try server.sql("INSERT INTO psa.a VALUES (65, 'new');")
        _ = try watched.events(3)
        watched.stop()
        #expect(watched.intake.gaps.map(\.reason) == [.replaced])
        #expect(watched.intake.events.last?.subject == "a/65")
    }

    @Test("a domain that an administrator deletes is no other history")
    func deletedDomain() throws {
        let server = try shop()
        try server.sql("SET gtid_domain_id = 5; INSERT INTO psa.a VALUES (70, 'a');")
        let watched = WatchedServer(server, tables: ["a": []])
        try watched.watch()
        try server.sql("INSERT INTO psa.a VALUES (71, 'a');")
        _ = try watched.events(1)
        try watched.waitUntil("the domain is deleted") {
            do {
                try server.sql(
                    "FLUSH BINARY LOGS; PURGE BINARY LOGS TO '\(try lastLog(server))'; "
                        + "FLUSH BINARY LOGS DELETE_DOMAIN_ID = (5);")
                return true
            } catch { return false }
        }
        try server.sql("INSERT INTO psa.a VALUES (72, 'a');")
        _ = try watched.events(2)
        watched.stop()
        try server.sql("INSERT INTO psa.a VALUES (73, 'a');")
        try watched.watch()
        let events = try watched.events(3)
        watched.stop()
        #expect(events.map(\.subject) == ["a/71", "a/72", "a/73"])
        #expect(watched.intake.gaps == [])
    }

    @Test(
        "a binlog that is reset while it is read is a gap, and a kind of checksums that is changed is none",
        arguments: ["RESET MASTER", "SET GLOBAL binlog_checksum = NONE", "SET GLOBAL binlog_checksum = CRC32"])
    func whileRead(statement: String) throws {
        let server = try shop(statement.hasSuffix("CRC32") ? ["--binlog-checksum=NONE"] : [])
        let watched = WatchedServer(server, tables: ["a": []])
        try watched.watch()
        try server.sql("INSERT INTO psa.a VALUES (50, 'old');")
        _ = try watched.events(1)
        try server.sql("\(statement); INSERT INTO psa.a VALUES (51, 'at once'); FLUSH BINARY LOGS;")
        let isReset = statement.hasPrefix("RESET")
        if isReset { try watched.waitUntil("a gap: \(watched.intake.statuses)") { !watched.intake.gaps.isEmpty } }
        try server.sql("INSERT INTO psa.a VALUES (52, 'new');")
        try watched.waitUntil("the last row: \(watched.intake.statuses)") {
            watched.intake.events.contains { $0.subject == "a/52" }
        }
        watched.stop()
        #expect(watched.intake.gaps.map(\.reason) == (isReset ? [.replaced] : []))
        #expect(isReset || watched.intake.events.count == 3)
    }

    private func lastLog(_ server: PrivateMariaDB) throws -> String {
        let lines = try server.sql("SHOW BINARY LOGS;").split(separator: "\n")
        return String(try #require(lines.last?.split(separator: "\t").first))
    }
}
