import GRDB
import Testing

@testable import PanelKit

@Suite("Panel databases of older versions")
struct PanelUpgradeTests {
    /// What some files of version 1 have beside that version's tables.
    private static let early = "CREATE INDEX Templates_name ON Templates (name, owner_id);"

    private static let content = """
        PRAGMA journal_mode = WAL;
        INSERT INTO clients (id, pname, login, account_id, type, vendor_id, passwd)
        VALUES (1, 'Administrator', 'admin', 0, 'admin', NULL, ''), (2, 'Shop', 'shop', 0, 'client', 1, '');
        INSERT INTO Templates (id, name, owner_id, type, uuid) VALUES (7, 'old plan', 1, 'domain', 'u-7');
        INSERT INTO TmplData VALUES (7, 'max_site', '3');
        INSERT INTO domains (id, name, displayName, cl_id, vendor_id, guid) VALUES (4, 'a.example', 'a.example', 2, 1, 'g');
        INSERT INTO Subscriptions (id, object_id, object_type, uuid) VALUES (5, 4, 'domain', 'u-5');
        INSERT INTO PlansSubscriptions (subscription_id, plan_id) VALUES (5, 7);
        INSERT INTO operations DEFAULT VALUES;
        """

    /// A file as a program of that version left it, in a folder of its own.
    private func old(_ version: Int, and more: String = "") throws -> (path: String, folder: TestPanel) {
        let folder = try TestPanel(sample: false)
        let path = folder.directory + "/old.db"
        try DatabaseQueue(path: path).writeWithoutTransaction { db in
            for step in 1...version {
                try db.execute(sql: Repository.text("Tests/PanelKitTests/Fixtures/schema/version-\(step).sql"))
            }
            try db.execute(sql: more + Self.content)
        }
        return (path, folder)
    }

    private func schema(_ path: String) throws -> [String] {
        try DatabaseQueue(path: path).read { db in
            let sql = "SELECT name || ': ' || coalesce(sql, '') FROM sqlite_schema ORDER BY name"
            return try String.fetchAll(db, sql: sql).map { $0.whiteSpaceCollapsed }
        }
    }

    @Test(
        "a file of an older version gets what it lacks and keeps what it holds",
        arguments: [(1, ""), (1, Self.early), (2, ""), (3, "")])
    func upgrade(version: Int, more: String) throws {
        let (path, fresh) = try old(version, and: more)
        let before = try rows(path)
        let panel = try PanelDatabase.open(at: path)
        #expect(try schema(path) == schema(fresh.path))
        #expect(try rows(path).filter { before.contains($0) } == before)
        #expect(try panel.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == PanelSchema.version)

        // What the versions since then can do works on what was there before.
        let answer = try PacketEngine(database: panel).execute(
            Array(
                """
                <packet>
                <webspace><add><gen_setup><name>b.example</name><owner-id>2</owner-id></gen_setup>
                    <plan-name>old plan</plan-name></add></webspace>
                <webspace><set><filter><id>4</id></filter><values><limits><limit><name>max_site</name><value>9</value>
                    </limit></limits></values></set></webspace>
                <event_log><get-last-id/></event_log>
                </packet>
                """.utf8))
        #expect(answer.statuses == ["ok", "ok", "ok"])
        // Opened once more, there is nothing left to do.
        let after = try rows(path)
        _ = try PanelDatabase.open(at: path)
        #expect(try rows(path) == after)
    }

    @Test("a newer file is refused with advice, and left as it is")
    func newer() throws {
        let panel = try TestPanel()
        try panel.write("PRAGMA user_version = \(PanelSchema.version + 1)")
        let before = try rows(panel.path)
        #expect {
            try PanelDatabase.open(at: panel.path)
        } throws: {
            "\($0)".contains("version \(PanelSchema.version + 1)") && "\($0)".contains("use the program that made it")
        }
        #expect(try rows(panel.path) == before)
    }

    @Test("while another program holds the lock the upgrade is refused, and nothing of it stays")
    func locked() throws {
        let (path, folder) = try old(1)
        defer { withExtendedLifetime(folder) {} }
        let before = try schema(path)
        let other = try DatabaseQueue(path: path)
        try other.inDatabase { db in
            try db.execute(sql: "BEGIN IMMEDIATE")
            #expect(throws: PanelDatabaseError.locked(path: path)) {
                try PanelDatabase.open(at: path, wait: .milliseconds(20))
            }
            try db.execute(sql: "ROLLBACK")
        }
        #expect(try schema(path) == before)
    }

    private func rows(_ path: String) throws -> [String] {
        try DatabaseQueue(path: path).read { db in
            let tables = try String.fetchAll(
                db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1")
            return try tables.flatMap { table in
                try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { "\(table) \($0)" }
            }
        }
    }
}
