import CallbackTestKit
import Glibc

/// A `sqlite3` of its own that commits small transactions on domains as they are fed to it.
///
/// Each changed row has a twin in a table of the test, written in the same transaction: what the panel's database
/// holds in the end can be held against itself.
final class LoadStream {
    static let subjects = 50

    private(set) var committed: [LoadChange] = []
    private let child: Child
    private let descriptor: Int32
    private let errorPath: String
    private var generator: LoadGenerator
    private var rows: [Int: String] = [:]
    private var number = 0

    init(_ scenario: Scenario, generator: LoadGenerator) throws {
        self.generator = generator
        let path = scenario.folder.file("feed")
        errorPath = scenario.folder.file("feed.err")
        guard mkfifo(path, 0o600) == 0 else { throw ScenarioError("cannot make a pipe") }
        // Open for reading too, so that opening does not wait for the other side.
        descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw ScenarioError("cannot open the pipe") }
        try scenario.sql("CREATE TABLE load_twins (number INTEGER PRIMARY KEY, domain INTEGER, value TEXT);")
        child = try Child(
            Programs.sqlite, ["-bail", "-cmd", ".timeout 20000", scenario.panelPath], input: path, errors: errorPath)
    }

    deinit { close(descriptor) }

    /// Feeds transactions until `count` changes more are on their way.
    func feed(_ count: Int) throws {
        let goal = committed.count + count
        while committed.count < goal { try write(transaction()) }
    }

    /// Ends the stream and waits until everything is committed.
    func finish() throws {
        try write(".exit 0\n")
        let status = child.waitForEnd()
        guard status == 0 else {
            throw ScenarioError("the panel's own writes failed: \((try? Shell.read(errorPath)) ?? "")")
        }
    }

    /// What the panel's tables hold against what was written, and SQLite's own opinion of the file.
    static func objection(to scenario: Scenario, rows: [Int: String]) throws -> String? {
        let found = try scenario.sql(
            """
            PRAGMA integrity_check;
            SELECT id || ' ' || displayName FROM domains WHERE id >= 1000 ORDER BY id;
            """)
        let wanted = "ok\n" + rows.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
        return found == wanted ? nil : "the panel holds\n\(found)and not\n\(wanted)"
    }

    /// The rows that must stand there now, by number.
    var finalRows: [Int: String] { rows }
    var twins: Int { committed.count }

    // MARK: Transactions

    private func transaction() -> String {
        // One in ten is undone by the panel, and nobody must ever hear of it.
        if Int.random(in: 0..<10, using: &generator) == 0 { return undone() }
        let changes = Int.random(in: 0..<5, using: &generator) == 0 ? Int.random(in: 2...5, using: &generator) : 1
        return "BEGIN IMMEDIATE;\n" + (0..<changes).map { _ in change() }.joined() + "COMMIT;\n"
    }

    private func undone() -> String {
        let id = 1000 + Int.random(in: 0..<Self.subjects, using: &generator)
        return """
            BEGIN IMMEDIATE;
            UPDATE domains SET displayName = 'undone' WHERE id = \(id);
            INSERT OR REPLACE INTO domains (id, name, displayName, cl_id, vendor_id)
            VALUES (\(id), 'undone.example', 'undone', 3, 2);
            ROLLBACK;

            """
    }

    private func change() -> String {
        number += 1
        let id = 1000 + Int.random(in: 0..<Self.subjects, using: &generator)
        let value = "\(number % 8 == 0 ? "h" : "v")\(number)"
        let twin = "INSERT INTO load_twins VALUES (\(number), \(id), '\(value)');\n"
        guard let previous = rows[id] else {
            rows[id] = value
            note("created", id, value, nil)
            return twin + "INSERT INTO domains (id, name, displayName, cl_id, vendor_id)"
                + " VALUES (\(id), '\(value).example', '\(value)', 3, 2);\n"
        }
        if Int.random(in: 0..<12, using: &generator) == 0 {
            rows[id] = nil
            note("deleted", id, previous, nil)
            return twin + "DELETE FROM domains WHERE id = \(id);\n"
        }
        rows[id] = value
        note("updated", id, value, previous)
        return twin + "UPDATE domains SET displayName = '\(value)' WHERE id = \(id);\n"
    }

    private func note(_ what: String, _ id: Int, _ value: String, _ previous: String?) {
        committed.append(
            LoadChange(type: "domain.\(what)", subject: "domain/\(id)", value: value, previous: previous))
    }

    private func write(_ text: String) throws {
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw ScenarioError("cannot feed sqlite3") }
            start += count
        }
    }
}
