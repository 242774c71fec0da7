import FoundationEssentials
import GRDB
import Testing

@testable import PanelKit

/// A panel database in a directory of its own, and an engine on it. The directory goes when the test ends.
final class TestPanel: Sendable {
    let directory: String
    let path: String
    let database: PanelDatabase
    let engine: PacketEngine

    init(sample: Bool = true, operators: OperatorRegistry = .all) throws {
        directory = try Self.makeDirectory()
        path = directory + "/panel.db"
        database = try PanelDatabase.create(at: path, sample: sample)
        engine = PacketEngine(database: database, operators: operators)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory)
    }

    static func makeDirectory() throws -> String {
        let directory = FileManager.default.temporaryDirectory.path + "/panelkit-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        return directory
    }

    func send(_ packet: String, as caller: Caller = .local) throws -> PacketAnswer {
        try engine.execute(Array(packet.utf8), as: caller)
    }

    /// Sends the inside of a `service-plan` element.
    func sendPlan(_ operation: String) throws -> PacketAnswer {
        try send("<packet><service-plan>\(operation)</service-plan></packet>")
    }

    /// The first column of every row, numbers written out.
    func texts(_ sql: String) throws -> [String?] {
        try database.read { db in
            try Row.fetchAll(db, sql: sql).map { row in
                let value: DatabaseValue = row[0]
                return switch value.storage {
                case .string(let text): text
                case .int64(let number): String(number)
                case .double(let number): String(number)
                case .null, .blob: nil
                }
            }
        }
    }

    func number(_ sql: String) throws -> Int {
        try database.read { db in try #require(try Int.fetchOne(db, sql: sql)) }
    }

    /// Writes as another program would, without a numbered operation.
    func write(_ sql: String) throws {
        try database.series { series in try series.db.execute(sql: sql) }
    }

    /// Every row of every table that an operation could touch, for comparing before and after.
    func everything() throws -> [String] {
        try database.read { db in
            let tables = try String.fetchAll(
                db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
            return try tables.flatMap { table in
                try Row.fetchAll(db, sql: "SELECT * FROM \(table) ORDER BY 1, 2").map { "\(table) \($0)" }
            }
        }
    }
}

extension PacketAnswer {
    /// The results of all operations, in order.
    var results: [PacketNode] {
        root.children.flatMap(\.children).flatMap { $0.children(named: "result") }
    }

    /// The status of each result: "ok", or the number of the error.
    var statuses: [String] {
        results.map { $0.string("errcode") ?? $0.string("status") ?? "none" }
    }

    /// The error of a packet that was refused as a whole.
    var refusal: PacketNode? { root.child("system") }
}

/// A tree as one line, white space around texts left away: what "the same tree" means.
func outline(_ node: PacketNode) -> String {
    let inside = node.children.isEmpty ? node.text.whiteSpaceCollapsed : node.children.map(outline).joined()
    return "<\(node.name)>\(inside)</\(node.name)>"
}
