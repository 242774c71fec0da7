import CallbackCore
import CallbackTestKit
import Testing

@testable import CallbackSources

@Suite("Trimming the log")
struct LogTrimmerTests {
    private let timekeeper = TestTimekeeper()
    private let panel: Panel

    init() throws {
        panel = try Panel("CREATE TABLE t(id INTEGER PRIMARY KEY)")
        let watch = try panel.watch(panel.settings(tables: [("t", [], [])]), into: TestIntake())
        try panel.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO t SELECT i FROM n"
        )
        _ = try watch.turn()
    }

    private func remaining() throws -> [String] {
        try panel.rows("SELECT min(seq), max(seq), count(*) FROM callbackd_log")
    }

    @Test("what is younger than a day is kept as long as it fits")
    func keepsADay() throws {
        let trimmer = try LogTrimmer(path: panel.path, panelLog: 1 << 30, timekeeper: timekeeper)
        #expect(try trimmer.trim(behind: 2000, rowBytes: 100, budget: 10_000_000_000) == false)
        #expect(try remaining() == ["i1|i3000|i3000"])
        timekeeper.advance(by: .hours(25))
        #expect(try trimmer.trim(behind: 2000, rowBytes: 100, budget: 10_000_000_000) == false)
        #expect(try remaining() == ["i2000|i3000|i1001"])
    }

    @Test("half of the allowed size is kept behind the mark")
    func keepsHalf() throws {
        let trimmer = try LogTrimmer(path: panel.path, panelLog: 100_000, timekeeper: timekeeper)
        _ = try trimmer.trim(behind: 2500, rowBytes: 100, budget: 10_000_000_000)
        let first = try panel.connection.integer("SELECT min(seq) FROM callbackd_log") ?? 0
        #expect(first > 1500 && first <= 2000)
    }

    @Test("nothing at or after the last consumed row is ever deleted")
    func keepsTheMark() throws {
        timekeeper.advance(by: .days(10))
        let trimmer = try LogTrimmer(path: panel.path, panelLog: 1, timekeeper: timekeeper)
        _ = try trimmer.trim(behind: 0, rowBytes: 100, budget: 10_000_000_000)
        #expect(try remaining() == ["i1|i3000|i3000"])
        _ = try trimmer.trim(behind: 3000, rowBytes: 100, budget: 10_000_000_000)
        #expect(try remaining() == ["i3000|i3000|i1"])
    }

    @Test("a lock held by the panel ends the turn at once, without an error")
    func givesWay() throws {
        timekeeper.advance(by: .days(10))
        let trimmer = try LogTrimmer(path: panel.path, panelLog: 1, timekeeper: timekeeper)
        try panel.execute("BEGIN IMMEDIATE")
        #expect(try trimmer.trim(behind: 3000, rowBytes: 100, budget: 10_000_000_000) == true)
        try panel.execute("COMMIT")
        #expect(try remaining() == ["i1|i3000|i3000"])
    }
}
