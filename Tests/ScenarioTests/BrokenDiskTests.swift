import CallbackTestKit
import Synchronization
import Testing

@Suite("A disk that fails", .serialized)
struct BrokenDiskTests {
    @Test("a write error during the shutdown ends it with 74 and its words, acknowledges nothing, and loses nothing")
    func duringShutdown() throws {
        let disk = try FailingWrites()
        // The answer waits until the disk has failed and the daemon was told to stop.
        let mayAnswer = Atomic(false)
        let scenario = try Scenario { _ in
            try? eventually("the test has gone on") { mayAnswer.load(ordering: .acquiring) }
            return .status(204)
        }
        let daemon = try RunningDaemon(scenario, wrapper: disk.wrapper)
        try daemon.waitUntilReady()
        try scenario.addDomain("a.example")
        try eventually("it is in flight") { try scenario.json("status")["targets"][0]["inFlight"] == 1 }
        daemon.requestStop()
        try eventually("the socket is closed, as the first of the shutdown") {
            try scenario.callbackd(["status"]).status == 69
        }
        try disk.begin()
        mayAnswer.store(true, ordering: .releasing)
        #expect(daemon.waitForEnd() == 74)
        #expect(daemon.log.contains("I/O error"), "\(daemon.log)")
        #expect(try scenario.deliveries("delivered") == [])

        let heir = try scenario.start()
        #expect(heir.log.contains("the last run did not end cleanly"))
        try scenario.delivery("1-1", is: "delivered")
        // It was processed and nobody could note it: once more, with the same webhook-id.
        #expect(scenario.receiver.requests.count == 2)
        #expect(scenario.receiver.requests.differentIDs == 1)
        #expect(heir.stop() == 0)
    }

    @Test("a write error while it runs ends it with 74, and the next start goes on with everything")
    func whileRunning() throws {
        let disk = try FailingWrites()
        let scenario = try Scenario()
        let daemon = try RunningDaemon(scenario, wrapper: disk.wrapper)
        try daemon.waitUntilReady()
        try scenario.addDomain("a.example")
        try scenario.delivery("1-1", is: "delivered")
        try disk.begin()
        try scenario.addDomain("b.example")
        #expect(daemon.waitForEnd() == 74)
        try scenario.addDomain("c.example")
        let heir = try scenario.start()
        try scenario.delivery("3-1", is: "delivered")
        #expect(scenario.receiver.requests.count == 3)
        #expect(heir.stop() == 0)
    }
}
