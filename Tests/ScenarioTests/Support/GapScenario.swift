import CallbackTestKit
import FoundationEssentials
import Glibc
import Testing

/// What the scenarios of gaps share.
extension Scenario {
    private struct Body: Decodable {
        struct Content: Decodable {
            struct Row: Decodable { var displayName: String }
            var new: Row?
            var reason: String?
        }
        var type: String
        var data: Content
    }

    /// Every request so far in short: `domain.created a.example`, `source.gap replaced`.
    func received() throws -> [String] {
        try receiver.requests.map { request in
            let body = try JSONDecoder().decode(Body.self, from: Data(request.body))
            return "\(body.type) \(body.data.reason ?? body.data.new?.displayName ?? "")"
        }
    }

    var webhookIDs: [String] { receiver.requests.map { $0.header("webhook-id") ?? "" } }

    /// Adds domains and waits until the receiver has them.
    func deliver(_ names: String...) throws {
        for name in names {
            let count = receiver.requests.count
            try addDomain(name)
            try receiver.waitForRequests(count + 1)
        }
    }

    /// Puts a copy in the place of the panel's database, as a restore of a backup does: another file under the name.
    func restorePanel(from copy: String) throws {
        for end in ["-wal", "-shm"] { unlink(panelPath + end) }
        let words = "cp \"$1\" \"$2.new\" && mv \"$2.new\" \"$2\""
        let result = try Shell.run("/bin/sh", ["-c", words, "sh", copy, panelPath])
        guard result.status == 0 else { throw ScenarioError(result.errors) }
    }

    /// Puts a copy in the place of the state file.
    func restoreState(from copy: String) throws {
        removeState()
        let result = try Shell.run("/bin/cp", [copy, statePath])
        guard result.status == 0 else { throw ScenarioError(result.errors) }
    }

    func removeState() {
        for end in ["", "-wal", "-shm"] { unlink(statePath + end) }
    }

    /// Waits for the gap's event, looks at the status, sees that what is changed afterwards goes on, and accepts.
    /// - Parameters:
    ///   - reason: why the gap was raised.
    ///   - before: all that was received before it; nothing of that may come again.
    func expectGap(_ reason: String, after before: [String], _ daemon: RunningDaemon) throws {
        try receiver.waitForRequests(before.count + 1)
        try daemon.waitUntilReady()
        let red = try status()
        #expect(red.exit == 1)
        #expect(red.status.ready)
        #expect(red.status.sources.first?.gap?.isEmpty == false)
        try deliver("after.example")
        #expect(try callbackd(["source", "accept", "panel"]).status == 0)
        let green = try status()
        #expect(green.exit == 0)
        #expect(green.status.sources.first?.gap == nil)
        // What was under way is finished before the daemon ends: nothing can come later than this.
        #expect(daemon.stop() == 0)
        #expect(try received() == before + ["source.gap \(reason)", "domain.created after.example"])
        // The accepted gap stays closed, and nothing is read twice.
        let next = try start()
        #expect(try status().exit == 0)
        try deliver("later.example")
        #expect(next.stop() == 0)
        #expect(try received().count == before.count + 3)
        #expect(Set(webhookIDs).count == before.count + 3)
    }
}
