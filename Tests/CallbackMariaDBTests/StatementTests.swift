import CallbackCore
import Testing

@testable import CallbackMariaDB

@Suite("Statements in the binlog")
struct StatementTests {
    private func kind(_ text: String) -> StatementWords.Kind {
        Array(text.utf8).withUnsafeBufferPointer { StatementWords($0).kind }
    }

    @Test(
        "what changes rows is told from what changes tables, whatever stands before it",
        arguments: [
            ("INSERT INTO a VALUES (1)", StatementWords.Kind.rows), ("  \n\tupdate a set x = 1", .rows),
            ("/* app */ -- note\nDELETE FROM a", .rows), ("(SELECT f())", .rows),
            ("# note\nREPLACE a VALUES (1)", .rows),
            ("/*!50003 LOAD DATA INFILE 'x' INTO TABLE a */", .rows), ("WITH x AS (SELECT 1) DELETE FROM a", .rows),
            ("TRUNCATE TABLE a", .emptiesTable), ("truncate a", .emptiesTable),
            ("DROP TABLE IF EXISTS a", .emptiesTable),
            ("DROP /*!40005 TEMPORARY */ TABLE IF EXISTS `a`", .schema), ("DROP TEMPORARY TABLE a", .schema),
            ("ALTER TABLE a ADD x INT", .schema), ("CREATE TABLE a (id INT)", .schema),
            ("RENAME TABLE a TO b", .replacesTable), ("RENAME USER a TO b", .harmless),
            ("ALTER TABLE a RENAME b", .replacesTable), ("ALTER TABLE a ADD x INT, RENAME TO `b`", .replacesTable),
            ("ALTER TABLE a RENAME `b`", .replacesTable), ("ALTER TABLE a RENAME COLUMN x TO y", .schema),
            ("ALTER TABLE a COMMENT 'it''s \\' RENAME TO b', ADD `rename to` INT", .schema),
            ("ALTER ONLINE TABLE a /* c */ DROP PARTITION p", .emptiesTable),
            ("ALTER TABLE a TRUNCATE PARTITION p", .emptiesTable),
            ("ALTER TABLE a EXCHANGE PARTITION p WITH TABLE b", .replacesTable),
            ("ALTER TABLE a IMPORT TABLESPACE", .replacesTable), ("ALTER EVENT e RENAME TO f", .schema),
            ("ALTER TABLE a CONVERT TO CHARACTER SET utf8mb4", .schema),
            ("CREATE TABLE a SELECT 1", .fillsTable), ("create or replace table a as values (1)", .fillsTable),
            ("CREATE TABLE a (x INT) PARTITION BY LIST (x) (PARTITION p VALUES IN (1))", .schema),
            ("CREATE TABLE a (`select` INT COMMENT 'select') /* select */", .schema),
            ("CREATE TABLE a LIKE b", .schema), ("CREATE OR REPLACE TEMPORARY TABLE a SELECT 1", .fillsTable),
            ("CREATE VIEW v AS SELECT 1", .harmless), ("CREATE OR REPLACE TEMPORARY TABLE a (x INT)", .schema),
            ("CREATE OR REPLACE TABLE a (id INT)", .emptiesTable), ("CREATE OR REPLACE VIEW v AS SELECT 1", .schema),
            ("DROP DATABASE psa", .dropsDatabase), ("DROP SCHEMA IF EXISTS psa", .dropsDatabase),
            ("SET STATEMENT lock_wait_timeout = 5 FOR ALTER TABLE a ADD x INT", .schema),
            ("set statement sql_mode = 'FOR DELETE' for /* now */ TRUNCATE a", .emptiesTable),
            ("SET STATEMENT max_statement_time=1 FOR INSERT INTO a VALUES (1)", .rows),
            ("ANALYZE UPDATE a SET x = 1", .rows), ("ANALYZE FORMAT=JSON DELETE FROM a", .rows),
            ("START ALTER", .schema), ("", .schema), ("/* never ends", .schema), ("ANALYZE TABLE a", .harmless),
            ("CREATE INDEX i ON a (x)", .harmless), ("DROP TRIGGER t", .harmless),
            ("GRANT SELECT ON a TO b", .harmless),
            ("SET PASSWORD = 'x'", .harmless),
        ])
    func kinds(_ text: String, _ expected: StatementWords.Kind) { #expect(kind(text) == expected) }

    @Test(
        "a table is named by a word of its own",
        arguments: [
            ("ALTER TABLE a ADD x INT", true), ("ALTER TABLE `a` ADD x INT", true),
            ("alter table psa.A add x int", true),
            ("ALTER TABLE ab ADD x INT", false), ("ALTER TABLE b_a ADD x INT", false), ("TABLE", false), ("a", true),
            ("ALTER TABLE a$ ADD x INT", false), ("", false),
        ])
    func names(_ text: String, _ expected: Bool) {
        let isNamed = Array(text.utf8).withUnsafeBufferPointer { ASCIIText.names($0, Array("a".utf8)) }
        #expect(isNamed == expected)
    }

    @Test("a group begins and ends by its words, exactly")
    func boundaries() throws {
        for (text, isBoundary, endsGroup) in [
            ("BEGIN", true, false), ("COMMIT", true, true), ("ROLLBACK", true, true), ("SAVEPOINT `s`", true, false),
            ("ROLLBACK TO `s`", true, false), ("XA COMMIT 'x'", true, true), ("COMMITTED", false, false),
            ("BEGIN NOT ATOMIC SELECT 1; END", false, false),
        ] {
            // Thread, time, length of the database, error, length of the variables; then database and statement.
            let bytes = [UInt8](repeating: 0, count: 8) + [0, 0, 0, 0, 0, 0] + Array(text.utf8)
            try bytes.withUnsafeBufferPointer { buffer in
                var cursor = ByteCursor(buffer)
                let query = try QueryEvent(&cursor, inflater: nil)
                #expect(query.isBoundary == isBoundary, "\(text)")
                #expect(query.endsGroup == endsGroup, "\(text)")
            }
        }
    }

    @Test("what was lost is one gap that counts, from the earliest on")
    func losses() throws {
        var losses = Losses()
        #expect(losses.gap(after: 1, now: .init(milliseconds: 0)) == nil)
        for seconds in [20, 10, 30] as [UInt32] { losses.add("rows of a", at: seconds) }
        for number in 0..<6 { losses.add("loss \(number)", at: 40) }
        let gap = try #require(losses.gap(after: 7, now: .init(milliseconds: 50_000)))
        #expect(gap.message == "rows of a (3 times); loss 0; loss 1; loss 2; loss 3; and 2 more")
        #expect(gap.from?.milliseconds == 10_000 && gap.after == 7)
    }
}
