import GRDB
import Testing

@testable import PanelKit

@Suite("Shared commits")
struct GroupCommitTests {
    private let panel: TestPanel
    private let commits: GroupCommit

    init() throws {
        panel = try TestPanel(sample: false)
        commits = GroupCommit(database: panel.database, limit: 64)
    }

    private func add(_ name: String) async throws -> Int64 {
        try await commits.perform { series in
            try series.run { operation in
                try operation.db.change(
                    sql: "INSERT INTO PlanItems (classname, name, uuid) VALUES ('c', ?, ?)", arguments: [name, name])
                return operation.number
            }
        }
    }

    private func failure(of name: String) async -> (any Error)? {
        do {
            _ = try await add(name)
            return nil
        } catch {
            return error
        }
    }

    @Test("changes of many callers are all there when they are told, each an operation of its own")
    func together() async throws {
        let numbers = try await withThrowingTaskGroup(of: Int64.self) { group in
            for number in 0..<50 { group.addTask { try await add("item-\(number)") } }
            return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
        }
        #expect(numbers.count == 50)
        #expect(try panel.number("SELECT count(*) FROM PlanItems") == 50)
        #expect(try panel.number("SELECT count(*) FROM operations WHERE closed_at IS NULL") == 0)
    }

    @Test("one that fails fails alone")
    func failure() async throws {
        _ = try await add("twice")
        await #expect(throws: DatabaseError.self) { _ = try await add("twice") }
        _ = try await add("other")
        #expect(try panel.texts("SELECT name FROM PlanItems ORDER BY id") == ["twice", "other"])
    }

    @Test("one that loses the whole transaction takes nobody with it")
    func rollback() async throws {
        try panel.write(
            """
            CREATE TRIGGER evil BEFORE INSERT ON PlanItems WHEN NEW.name = 'evil'
            BEGIN SELECT RAISE(ROLLBACK, 'gone'); END
            """)
        let failures = await withTaskGroup(of: (any Error)?.self) { group in
            for number in 0..<40 { group.addTask { await failure(of: number == 20 ? "evil" : "item-\(number)") } }
            return await group.reduce(into: []) { if let error = $1 { $0.append(error) } }
        }
        #expect(failures.count == 1)
        #expect(try panel.number("SELECT count(*) FROM PlanItems") == 39)
    }

    @Test("more than may wait are refused, and nothing of them is done")
    func busy() async throws {
        let failures = await withTaskGroup(of: (any Error)?.self) { group in
            for number in 0..<1_000 { group.addTask { await failure(of: "item-\(number)") } }
            return await group.reduce(into: []) { if let error = $1 { $0.append(error) } }
        }
        #expect(failures.allSatisfy { $0 is GroupCommit.Busy })
        #expect(try panel.number("SELECT count(*) FROM PlanItems") == 1_000 - failures.count)
    }
}
