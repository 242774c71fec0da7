import CallbackTestKit
import Testing

@Suite("Crashes at each write", .serialized)
struct CrashAtEachWriteTests {
    /// `CALLBACKD_SOAK` walks through every write; else the steps grow after the first ones of each kind.
    @Test("kill -9 at a write loses nothing and leaves both databases whole", arguments: ["wal", "delete"])
    func killedAtAWrite(journal: String) throws {
        let point = try LoadCrashPoint()
        var number = journal == "wal" ? 1 : 2
        var cases = 0
        var changes = 0
        var duplicates = 0
        var files: [String: Int] = [:]
        while true {
            let result = try LoadCrashCase(point: point, number: number, journal: journal).run()
            #expect(result.objections == [], "killed at write \(number): \(result.lastWrite ?? "none")")
            changes += result.changes
            duplicates += result.duplicates
            guard let write = result.lastWrite else { break }
            cases += 1
            let file = write.split(separator: " ")[2]
            files[String(file), default: 0] += 1
            number += Programs.isSoak ? 1 : 3
        }
        print(
            "crash at each write, \(journal): \(cases) kills up to write \(number), \(changes) changes,",
            "\(duplicates) twice, by file \(files.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })")
        #expect(number > 60)
        // The installation in the panel's own database is among them.
        #expect(files.keys.contains { $0.hasPrefix("panel.db") })
    }
}
