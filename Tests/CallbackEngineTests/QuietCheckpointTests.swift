import CallbackCore
import CallbackStore
import CallbackTestKit
import FoundationEssentials
import Testing

@testable import CallbackEngine

@Suite("The state file's log")
struct QuietCheckpointTests {
    private let folder: TemporaryFolder
    private let path: String
    private let file: StateFile
    private let writer: StateWriter

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("state.db")
        file = try StateFile(path: path)
        writer = try StateWriter(file)
        // What making the file wrote does not count here.
        _ = writer.takePagesWritten()
    }

    /// One event whose text fills many pages; fewer of them than the writer moves by itself.
    private func journalMuch() throws -> Int {
        let id = EventID.random()
        var turn = Turn()
        turn.intakes = [
            IntakeEntry(
                source: "panel", book: 1,
                events: [
                    .init(
                        id: id, type: "order.placed", subject: "a/1", time: Timestamp(milliseconds: 1),
                        draft: CloudEvent.draft(
                            id: id, source: "/st/panel", type: "order.placed", subject: "a/1",
                            time: Timestamp(milliseconds: 1),
                            data: ["text": .string(String(repeating: "x", count: 3_000_000))]),
                        deliveries: [])
                ], mark: nil)
        ]
        _ = try writer.write(turn, now: Timestamp(milliseconds: 1))
        return writer.takePagesWritten()
    }

    private func size() throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.size] as? Int) ?? 0
    }

    @Test("is moved into the file after a quiet commit, by another thread than the writer's")
    func quiet() throws {
        let before = try size()
        let pages = try journalMuch()
        #expect(pages > 500)
        #expect(try size() == before)
        let checkpoint = QuietCheckpoint(timekeeper: SystemTimekeeper(), open: writer.checkpointer)
        checkpoint.committed(pages: pages, isRush: false)
        // Ends after what was asked before.
        checkpoint.stop()
        #expect(try size() > before + 2_000_000)
    }

    @Test("stays as it is in a rush, and while it is short")
    func rush() throws {
        let before = try size()
        let pages = try journalMuch()
        let checkpoint = QuietCheckpoint(timekeeper: SystemTimekeeper(), open: writer.checkpointer)
        checkpoint.committed(pages: pages, isRush: true)
        checkpoint.stop()
        let short = QuietCheckpoint(timekeeper: SystemTimekeeper(), open: writer.checkpointer)
        short.committed(pages: 10, isRush: false)
        short.stop()
        #expect(try size() == before)
    }
}
