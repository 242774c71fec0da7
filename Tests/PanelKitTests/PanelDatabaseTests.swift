import FoundationEssentials
import GRDB
import Testing

@testable import PanelKit

@Suite("Panel database")
struct PanelDatabaseTests {
    @Test("an existing database, and any other file that holds something, is never overwritten")
    func occupied() throws {
        let panel = try TestPanel()
        let before = try panel.everything()
        #expect(throws: PanelDatabaseError.occupied(path: panel.path)) {
            try PanelDatabase.create(at: panel.path, sample: true)
        }
        #expect(try panel.everything() == before)
        let text = panel.directory + "/notes.txt"
        try Data("not a database".utf8).write(to: URL(fileURLWithPath: text))
        #expect(throws: PanelDatabaseError.occupied(path: text)) {
            try PanelDatabase.create(at: text, sample: false)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: text)) == Data("not a database".utf8))
    }

    @Test("an empty file can become a database")
    func emptyFile() throws {
        let panel = try TestPanel()
        let path = panel.directory + "/empty.db"
        try Data().write(to: URL(fileURLWithPath: path))
        _ = try PanelDatabase.create(at: path, sample: true)
        #expect(
            try PanelDatabase.open(at: path).read { try Int.fetchOne($0, sql: "SELECT count(*) FROM clients") } == 3)
    }

    @Test("what is missing or foreign is not opened, and nothing is created by trying")
    func notOpened() throws {
        let panel = try TestPanel()
        let missing = panel.directory + "/missing.db"
        #expect(throws: PanelDatabaseError.missing(path: missing)) { try PanelDatabase.open(at: missing) }
        #expect(!FileManager.default.fileExists(atPath: missing))
        let foreign = panel.directory + "/foreign.db"
        try DatabaseQueue(path: foreign).write { try $0.execute(sql: "CREATE TABLE operations (id)") }
        #expect(throws: PanelDatabaseError.self) { try PanelDatabase.open(at: foreign) }
        try panel.write("PRAGMA user_version = 99")
        #expect {
            try PanelDatabase.open(at: panel.path)
        } throws: {
            "\($0)".contains("version 99")
        }
        #expect {
            try PanelDatabase.create(at: panel.directory + "/no/such/panel.db", sample: false)
        } throws: {
            if case PanelDatabaseError.inaccessible = $0 { true } else { false }
        }
    }

    @Test("the file is in WAL mode, written with synchronous FULL, and foreign keys hold")
    func settings() throws {
        let panel = try TestPanel()
        #expect(try panel.texts("PRAGMA journal_mode") == ["wal"])
        #expect(try panel.number("PRAGMA synchronous") == 2)
        #expect(try panel.number("PRAGMA foreign_keys") == 1)
        #expect(try panel.number("SELECT count(*) FROM pragma_foreign_key_check") == 0)
    }

    @Test("the tables have the columns of the real panel")
    func realColumns() throws {
        let panel = try TestPanel(sample: false)
        let expected = [
            "PlanItems": "id classname name isVisible applicableToSubscription applicableToEmail applicableToSite uuid",
            "PlanItemProperties": "plan_item_id name value",
            "Templates": "id name owner_id type uuid external_id note_id",
            "TmplData": "tmpl_id element value",
            "PlansSubscriptions": "subscription_id plan_id quantity",
            "Subscriptions": "id object_id object_type locked synchronized custom uuid external_id",
            "smb_apsBundleFilters": "id type",
            "smb_apsBundleFilterItems": "id filterId propertyName propertyValue",
            "operations": "id opened_at closed_at",
            "licenses":
                "id kind key_number product title comment server_ip period os options status ordered_at expires_at",
        ]
        for (table, columns) in expected {
            #expect(
                try panel.texts("SELECT name FROM pragma_table_info('\(table)') ORDER BY cid")
                    == columns.split(separator: " ").map(String.init))
        }
        #expect(try panel.number("SELECT count(*) FROM pragma_table_info('clients')") == 33)
        #expect(try panel.number("SELECT count(*) FROM pragma_table_info('domains')") == 26)
    }

    @Test("without the sample there are tables and nothing in them")
    func noSample() throws {
        let panel = try TestPanel(sample: false)
        #expect(try panel.everything().filter { !$0.hasPrefix("sqlite_") } == [])
    }

    @Test("the sample holds what the documentation presupposes, entered by numbered operations")
    func sample() throws {
        let panel = try TestPanel()
        #expect(
            try panel.texts("SELECT login || '/' || id || '/' || type FROM clients ORDER BY id")
                == ["admin/1/admin", "JDoe/2/reseller", "customer/3/client"])
        #expect(try panel.texts("SELECT name || '/' || owner_id FROM Templates WHERE id = 1234") == ["base_plan/2"])
        #expect(
            try panel.texts(
                """
                SELECT f.type FROM TmplData d JOIN smb_apsBundleFilters f ON f.id = d.value
                WHERE d.tmpl_id = 1234 AND d.element = 'aps_bundle_filter_id'
                """) == ["white"])
        #expect(try panel.number("SELECT count(*) FROM smb_apsBundleFilterItems") == 0)
        for element in ["disk_space", "max_site", "max_traffic"] {
            #expect(try panel.number("SELECT value > 0 FROM TmplData WHERE element = '\(element)'") == 1)
        }
        #expect(
            try panel.texts("SELECT name || '/' || uuid FROM PlanItems WHERE id = 1234")
                == ["Additional Service/0ca04c13-55cc-2542-04b4-1f792a217a3e"])
        #expect(
            try panel.texts("SELECT value FROM PlanItemProperties WHERE name IN ('label', 'external_id') ORDER BY name")
                == ["456", "Additional Service"])
        #expect(try panel.number("SELECT count(*) FROM smb_apsPackages WHERE name = 'WordPress'") == 1)
        #expect(
            try panel.texts(
                """
                SELECT c.login FROM domains d JOIN clients c ON c.id = d.cl_id
                JOIN Subscriptions s ON s.object_id = d.id AND s.object_type = 'domain'
                JOIN PlansSubscriptions p ON p.subscription_id = s.id WHERE p.plan_id = 1234
                """) == ["customer"])
        #expect(try panel.number("SELECT count(*) FROM operations WHERE closed_at >= opened_at") == 5)
        #expect(try panel.number("SELECT count(*) FROM operations") == 5)
    }

    @Test("what the panel makes gets a random UUID of version 4, in lower case")
    func guids() throws {
        let guids = Set((0..<1000).map { _ in Guid.random() })
        #expect(guids.count == 1000)
        for guid in guids {
            #expect(guid.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
        }
    }

    @Test("no password stands in the database")
    func noPassword() throws {
        #expect(try TestPanel().number("SELECT count(*) FROM clients WHERE passwd <> ''") == 0)
    }

    @Test("a locked database is reported after the wait, and nothing was changed")
    func locked() throws {
        let panel = try TestPanel()
        let other = try DatabaseQueue(path: panel.path)
        let impatient = try PanelDatabase.open(at: panel.path, wait: .milliseconds(20))
        try other.inDatabase { db in
            try db.execute(sql: "BEGIN IMMEDIATE")
            #expect(throws: PanelDatabaseError.locked(path: panel.path)) {
                try PacketEngine(database: impatient).execute(Array(DocumentedPackets.planItemAddRequest.utf8))
            }
            try db.execute(sql: "ROLLBACK")
        }
        #expect(try panel.number("SELECT count(*) FROM PlanItems") == 1)
    }
}
