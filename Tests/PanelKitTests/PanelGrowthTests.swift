import GRDB
import Testing

@testable import PanelKit

@Suite("Packets as the panel grows")
struct PanelGrowthTests {
    @Test("a packet that only reads is answered while another program holds the write lock")
    func reading() throws {
        let panel = try TestPanel()
        let other = try DatabaseQueue(path: panel.path)
        let impatient = PacketEngine(database: try PanelDatabase.open(at: panel.path, wait: .milliseconds(20)))
        try other.inDatabase { db in
            try db.execute(sql: "BEGIN IMMEDIATE")
            let read = "<packet><plan-item><get><filter><all/></filter></get></plan-item></packet>"
            #expect(try impatient.execute(Array(read.utf8)).verdict == .ok)
            try db.execute(sql: "ROLLBACK")
        }
        #expect(try panel.number("SELECT count(*) FROM operations") == 5)
    }

    @Test("no statement of an operation searches a whole table, however the panel grows")
    func noScans() throws {
        let panel = try TestPanel()
        let packets = try GoldenCase.all().filter { $0.name.contains("-good") }.map {
            try Repository.text($0.requestPath)
        }
        _ = try panel.send(Repository.text("\(GoldenCase.folder)/setup.xml"))
        let statements = try panel.statements { for packet in packets { _ = try panel.send(packet) } }
        // Everything was asked for, or a table that holds nothing by which a key could be found.
        let mayScan = [
            "WHERE 1 AND 1", "type = 'client' AND 1", "type = 'domain' AND 1", "type = 'domain_addon' AND 1",
            "FROM secret_keys k", "max(id)", "ORDER BY id DESC LIMIT 1", "FROM exp_event",
        ]
        for statement in statements where !mayScan.contains(where: { statement.contains($0) }) {
            let scans = try panel.plan(of: statement).filter { step in
                step.hasPrefix("SCAN") && step != "SCAN CONSTANT ROW" && !step.contains("below")
            }
            #expect(scans.isEmpty, "\(statement): \(scans)")
        }
        #expect(statements.count > 80)
    }
}
