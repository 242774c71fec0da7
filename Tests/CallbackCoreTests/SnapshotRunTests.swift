import CallbackCore
import Testing

@Suite("What is remembered of snapshots")
struct SnapshotRunTests {
    private static let now = Timestamp(milliseconds: 1_700_000_000_123)

    private static let run = SnapshotRun(
        asked: [.init(name: "a"), .init(name: "b", condition: "x = 'y'")], askedAt: now,
        place: .init(
            incarnation: "in", tables: [.init(name: "a"), .init(name: "b", condition: "x = 'y'")], table: 1,
            after: [1, "k"], rows: 7))

    @Test("a run is read back as it was written, begun or not")
    func roundTrip() {
        var fresh = Self.run
        fresh.place = nil
        for run in [Self.run, fresh] {
            let memory = SnapshotMemory(SnapshotMemory.begin(run, isConfigured: true).filter { $0.row != nil })
            #expect(memory.run == run)
            #expect(memory.hasBegunConfigured && !memory.isStopping && memory.last == nil)
        }
        #expect(Self.run.words == "table 2 of 2, b: 7 rows read")
    }

    @Test("the end of a run takes its rows away and leaves how it ended")
    func end() {
        let end = SnapshotEnd(id: Self.run.id, rows: 7, endedAt: Self.now, reason: "stopped by an operator")
        var rows: [String: NameChange] = [:]
        for change in SnapshotMemory.begin(Self.run) + [SnapshotMemory.stop] + SnapshotMemory.end(end) {
            rows[change.key] = change.row == nil ? nil : change
        }
        let memory = SnapshotMemory(Array(rows.values))
        #expect(memory.run == nil && !memory.isStopping && memory.last == end)
        #expect(end.words == "stopped by an operator, 7 rows, 2023-11-14T22:13:20.123Z")
    }

    @Test("what somebody else wrote there is no run")
    func broken() {
        for text in ["", "{}", "[]", #"{"id": 1}"#, #"{"id": "a", "asked": [{}], "asked_at": "2026-01-01T00:00:00Z"}"#]
        {
            let row = NameChange(table: SnapshotMemory.table, key: "run", row: Array(text.utf8))
            #expect(SnapshotMemory([row]).run == nil, "\(text)")
        }
    }

    @Test("rows of a run have identities of their own, far from those of changes, and near each other")
    func origins() {
        let origins = (0..<2000).flatMap { row in
            (0..<2).map { EventOrigin(snapshot: "snp_a", row: "t [\(row)]", ordinal: $0) }
        }
        #expect(Set(origins).count == 4000)
        #expect(origins.allSatisfy { $0.position < -1 })
        #expect(Set(origins.map { $0.position >> 12 }).count <= 2)
        #expect(origins[0] == EventOrigin(snapshot: "snp_a", row: "t [0]", ordinal: 0))
        #expect(origins[0] != EventOrigin(snapshot: "snp_b", row: "t [0]", ordinal: 0))
    }
}
