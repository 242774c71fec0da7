import CallbackTestKit
import Testing

/// `make soak` runs ten thousand hooks, the suite three hundred.
@Suite("Soak of hooks", .serialized)
struct HookSoakTests {
    @Test("many hooks leave no zombie, no process and no descriptor behind")
    func noLeaks() throws {
        let count = Programs.isSoak ? 10_000 : 300
        let scenario = try Scenario()
        let path = try scenario.hook("hook.sh", "exit 0")
        try scenario.configure(
            targets: "targets: {hook: {command: {run: [\(path)]}}}",
            rules: "rules: [{name: r, events: [domain.created, domain.updated], order-by: none, deliver: [hook]}]",
            more: "limits: {subject-events: 0}")
        let daemon = try scenario.start()
        func change(_ count: Int) throws {
            let updates = (1...count).map { "UPDATE domains SET description = '\($0) of \(count)' WHERE id = 1;" }
            try scenario.sql("BEGIN;" + updates.joined() + "COMMIT;")
        }
        // Once as many side by side as ever will be, so that every process of the runner is there.
        try change(100)
        try scenario.journal(holds: 100)
        try scenario.nothingIsOwed()
        func open() -> Int {
            processes(below: daemon.id).map { descriptors(of: $0.number) }.reduce(descriptors(of: daemon.id), +)
        }
        let before = open()
        let family = processes(below: daemon.id).count
        for done in stride(from: 100, to: count, by: 200) {
            try change(min(200, count - done))
            try scenario.journal(holds: min(done + 200, count))
            try scenario.nothingIsOwed()
        }
        #expect(try scenario.deliveries("delivered").count == count)
        #expect(zombies(below: daemon.id) == [])
        #expect(processes(below: daemon.id).count <= family)
        // A connection to the control socket may be closing at either moment.
        #expect(open() <= before + 2)
        #expect(daemon.stop() == 0)
    }
}
