import CallbackCore
import CallbackTestKit
import Synchronization
import Testing

@testable import CallbackMariaDB

@Suite("Names of a panel after a loss", .serialized)
struct NamesAfterLossTests {
    private static let plans =
        "INSERT INTO Templates (id, name, owner_id, type, uuid) VALUES (5, 'Gold', 2, 'domain', 'u5'); INSERT INTO "
        + "PlanItems (id, classname, name, uuid) VALUES (9, 'Custom', 'backup', 'u9');"

    private func panel() throws -> WatchedServer {
        let server = try PrivateMariaDB()
        try server.sql("CREATE DATABASE psa; USE psa; \(PsaSchema.sql); \(Self.plans)")
        return WatchedServer(server, tables: [:], profile: "plesk")
    }

    @Test(
        "a plan that got its name without a row in the binlog has it in what follows, also where it is called otherwise now",
        arguments: [
            "SET SESSION binlog_format = STATEMENT; UPDATE Templates SET name = 'Platinum' WHERE id = 5; "
                + "SET SESSION binlog_format = ROW",
            "SET SESSION binlog_row_image = MINIMAL; UPDATE Templates SET name = 'Platinum' WHERE id = 5; "
                + "SET SESSION binlog_row_image = FULL",
            "XA START 'x'; UPDATE Templates SET name = 'Platinum' WHERE id = 5; XA END 'x'; XA PREPARE 'x'; "
                + "XA COMMIT 'x'",
            "CREATE TABLE Plain LIKE Templates; INSERT INTO Plain SELECT * FROM Templates; UPDATE Plain SET name = "
                + "'Platinum'; DROP TABLE Templates; RENAME TABLE Plain TO Templates",
        ])
    func renamed(_ loss: String) throws {
        let watched = try panel()
        try watched.watch()
        watched.stop()
        try watched.server.sql(
            "\(loss); INSERT INTO TmplData VALUES (5, 'backup', 'backup'); "
                + "UPDATE Templates SET name = 'Iron' WHERE id = 5; UPDATE PlanItems SET name = 'cloud' WHERE id = 9",
            database: "psa")
        try watched.watch()
        let events = try watched.events(3)
        watched.stop()
        #expect(events[0].type == "service_plan.plan_item_added", "\(watched.intake.gaps.map(\.message))")
        #expect(events[0].data["plan"]?["name"] == "Platinum")
        #expect(events[1].type == "service_plan.updated", "\(events.map(\.type))")
        #expect(!watched.intake.gaps.isEmpty && watched.intake.gaps.allSatisfy { $0.reason == .unreadable })
        let saved = try #require(watched.intake.savedMark(of: WatchedServer.name)).names
        let plan = try #require(saved.first { $0.table == "Templates" && $0.key == "5" }?.row)
        #expect(String(decoding: plan, as: UTF8.self).contains("Iron"))
        #expect(saved.contains { $0.table == TableShelf.memory } && BinlogPlace(saved) != nil)
    }

    @Test("a plan that went with a TRUNCATE is none any more, and names are read only once")
    func truncated() throws {
        let watched = try panel()
        try watched.watch()
        try watched.server.sql(
            "TRUNCATE Templates; INSERT INTO Templates (id, name, owner_id, type, uuid) VALUES (6, 'New', 2, 'domain', "
                + "'u6'); INSERT INTO TmplData VALUES (5, 'backup', 'backup'); DELETE FROM TmplData; "
                + "INSERT INTO TmplData VALUES (6, 'backup', 'backup')", database: "psa")
        let events = try watched.events(2)
        try watched.waitUntil("the gap") { watched.intake.gaps.count == 1 }
        watched.stop()
        #expect(events.map(\.type) == ["service_plan.created", "service_plan.plan_item_added"])
        #expect(watched.intake.state.withLock { $0.batches.filter(\.replacesNames).count } == 2)
        let saved = try #require(watched.intake.savedMark(of: WatchedServer.name)).names
        #expect(saved.filter { $0.table == "Templates" }.map(\.key) == ["6"])
    }

    @Test("rows that were rolled back, and tables that were altered, are walked back over on the way to the names")
    func walkedBack() throws {
        let watched = try panel()
        try watched.server.sql("CREATE TABLE psa.other (id INT PRIMARY KEY) ENGINE=MyISAM;")
        try watched.watch()
        watched.stop()
        try watched.server.sql(
            "SET SESSION binlog_format = STATEMENT; UPDATE Templates SET name = 'Platinum' WHERE id = 5; "
                + "SET SESSION binlog_format = ROW; INSERT INTO TmplData VALUES (5, 'backup', 'backup'); "
                + "BEGIN; UPDATE Templates SET name = 'Never' WHERE id = 5; INSERT INTO other VALUES (1); ROLLBACK; "
                + "ALTER TABLE Templates ADD COLUMN more INT FIRST; UPDATE Templates SET name = 'Iron' WHERE id = 5; "
                + "BEGIN; SAVEPOINT s; UPDATE Templates SET name = 'Neither' WHERE id = 5; INSERT INTO other VALUES (2); "
                + "ROLLBACK TO s; UPDATE Templates SET name = 'Steel' WHERE id = 5; COMMIT", database: "psa")
        try watched.watch()
        let events = try watched.events(3)
        watched.stop()
        #expect(events[0].data["plan"]?["name"] == "Platinum")
        #expect(events[1].data["old"]?["name"] == "Platinum" && events[1].data["new"]?["name"] == "Iron")
        #expect(events[2].data["old"]?["name"] == "Iron" && events[2].data["new"]?["name"] == "Steel")
    }

    @Test("a loss of another table leaves the names as they are")
    func elsewhere() throws {
        let watched = try panel()
        try watched.watch()
        try watched.server.sql(
            "TRUNCATE PlansSubscriptions; UPDATE Templates SET name = 'Iron' WHERE id = 5", database: "psa")
        _ = try watched.events(1)
        watched.stop()
        #expect(watched.intake.gaps.count == 1)
        #expect(watched.intake.state.withLock { $0.batches.filter(\.replacesNames).count } == 1)
    }

    @Test("rows that an XA transaction changed are known as soon as it is committed")
    func prepared() throws {
        let watched = try panel()
        try watched.watch()
        let session = try Session(watched.server)
        try session.run(
            "XA START 'x'", "UPDATE Templates SET name = 'Platinum' WHERE id = 5", "XA END 'x'", "XA PREPARE 'x'")
        try watched.waitUntil("the gap") { !watched.intake.gaps.isEmpty }
        try watched.server.sql("UPDATE PlanItems SET name = 'cloud' WHERE id = 9", database: "psa")
        _ = try watched.events(1)
        let place = try #require(BinlogPlace(watched.intake.savedMark(of: WatchedServer.name)?.names ?? []))
        #expect(place.prepared.count == 1 && !place.areNamesStale)
        try session.run("XA COMMIT 'x'", "INSERT INTO TmplData VALUES (5, 'cloud', 'cloud')")
        let events = try watched.events(2)
        watched.stop()
        #expect(events[1].data["plan"]?["name"] == "Platinum")
    }

    @Test("what is to be read anew is remembered with the place")
    func remembered() throws {
        var place = BinlogPlace(done: GTIDPosition())
        place.areNamesStale = true
        place.prepared = ["0178"]
        #expect(BinlogPlace([place.memory]) == place)
    }
}
