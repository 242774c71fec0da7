import CallbackTestKit
import Glibc
import Testing

@Suite("Databases, locks and sockets in the way", .serialized)
struct TroubledStartTests {
    @Test("a panel's database that is gone after it was seen is waited for, and nothing is lost")
    func disappearedDatabase() throws {
        let scenario = try Scenario()
        #expect(try scenario.start().stop() == 0)
        try scenario.addDomain("before.example")
        try scenario.sql("PRAGMA wal_checkpoint(TRUNCATE);")
        let away = scenario.folder.file("panel/away.db")
        #expect(rename(scenario.panelPath, away) == 0)

        let daemon = try RunningDaemon(scenario)
        try eventually("the source waits") { try status(scenario)?["sources"][0]["state"] == "waiting" }
        let words = try status(scenario)?["sources"][0]["words"].text ?? ""
        #expect(words.hasPrefix("there is no database at \(scenario.panelPath)"))
        #expect(try scenario.callbackd(["status", "--wait=100ms"]).status == 69)
        #expect(daemon.output == "")
        // What the panel commits meanwhile counts as well.
        try scenario.sql(
            "INSERT INTO domains (name, displayName, cl_id) VALUES ('meanwhile.example', 'x', 3);", on: away)
        try scenario.sql("PRAGMA wal_checkpoint(TRUNCATE);", on: away)
        #expect(rename(away, scenario.panelPath) == 0)

        try daemon.waitUntilReady()
        let names = try scenario.receiver.waitForRequests(2).map { try $0.json["data"]["new"]["name"] }
        #expect(Set(names) == ["before.example", "meanwhile.example"])
        #expect(try scenario.json("status")["sources"][0]["gap"] == nil)
        #expect(daemon.stop() == 0)
    }

    @Test("a database that goes and comes back while it is watched loses nothing")
    func movedDatabase() throws {
        let scenario = try Scenario()
        let daemon = try scenario.start()
        let away = scenario.folder.file("panel/away.db")
        try scenario.sql("PRAGMA wal_checkpoint(TRUNCATE);")
        #expect(rename(scenario.panelPath, away) == 0)
        try eventually("the source waits") { try status(scenario)?["sources"][0]["state"] == "waiting" }
        #expect(rename(away, scenario.panelPath) == 0)
        try daemon.waitUntilReady()
        try scenario.addDomain("after.example")
        #expect(try scenario.receiver.request(1).json["data"]["new"]["name"] == "after.example")
        #expect(try scenario.json("events", "list").elements.count == 1)
        #expect(daemon.stop() == 0)
    }

    @Test("a locked panel database is waited for at the start, and told")
    func lockedAtStart() throws {
        let scenario = try Scenario()
        let lock = try DatabaseLock(on: scenario.panelPath, in: scenario.folder)
        let daemon = try RunningDaemon(scenario)
        try eventually("the source waits") { try status(scenario)?["sources"][0]["state"] == "waiting" }
        let words = try status(scenario)?["sources"][0]["words"].text ?? ""
        #expect(words == "\(scenario.panelPath) is locked by another program: nothing is lost, and it is tried again")
        lock.commit()
        try daemon.waitUntilReady()
        try scenario.addDomain("a.example")
        try scenario.receiver.waitForRequests(1)
        #expect(daemon.stop() == 0)
    }

    @Test("another program's open transaction holds up the panel and not the daemon, and its commit is seen")
    func lockedLater() throws {
        let scenario = try Scenario()
        let daemon = try scenario.start()
        let lock = try DatabaseLock(
            on: scenario.panelPath, in: scenario.folder,
            statements: "INSERT INTO domains (name, displayName, cl_id) VALUES ('open.example', 'x', 3);")
        let busy = try scenario.panel(
            ["xml", "--database", scenario.panelPath, "--wait", "50ms"], input: PrintedPackets.addAppToPlan,
            expecting: 75)
        #expect(busy.errors.contains("locked"))
        #expect(try scenario.json("status")["sources"][0]["state"] == "watching")
        #expect(try scenario.json("events", "list") == [])
        lock.commit()
        #expect(try scenario.receiver.request(1).json["data"]["new"]["name"] == "open.example")
        #expect(daemon.stop() == 0)
    }

    @Test("a second daemon on the same state file ends with 75 and names the first")
    func secondDaemon() throws {
        let scenario = try Scenario()
        let daemon = try scenario.start()
        let second = try scenario.callbackd(["run"])
        #expect(second.status == 75)
        #expect(
            second.errors == """
                callbackd: process \(daemon.id) holds the state file \(scenario.statePath); \
                stop it first, or use another `state:`

                """)
        try scenario.addDomain("a.example")
        try scenario.receiver.waitForRequests(1)
        #expect(daemon.stop() == 0)
    }

    @Test("run waits for an earlier daemon that is on its way out")
    func handOver() throws {
        let scenario = try Scenario()
        let first = try scenario.start()
        let second = try RunningDaemon(scenario)
        first.stop()
        try second.waitUntilReady()
        #expect(try scenario.json("status")["pid"] == JSON.number(Double(second.id)))
        #expect(second.stop() == 0)
    }

    @Test("another daemon's source is refused with 78, and taken over when told so: what its log keeps is read")
    func takeOver() throws {
        let scenario = try Scenario()
        #expect(try scenario.start().stop() == 0)
        try scenario.addDomain("unread.example")
        let text = try Shell.read(scenario.configurationPath)
        let moved = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("state:") ? "state: \"\(scenario.folder.file("state/second.db"))\"" : String(line)
        }
        try scenario.folder.write("callbackd.yaml", moved.joined(separator: "\n"))

        let refused = try scenario.callbackd(["run"])
        #expect(refused.status == 78)
        #expect(
            refused.errors.contains(
                "callbackd: the change log in \(scenario.panelPath) belongs to another callbackd: stop that one, then "
                    + "run `callbackd source install panel --take-over`\n"))
        #expect(try scenario.callbackd(["source", "install", "panel"]).status == 78)
        #expect(try scenario.verb("source", "install", "panel", "--take-over") == "panel: installed\n")

        let daemon = try scenario.start()
        let events = try scenario.receiver.waitForRequests(2).byType()
        #expect(events["domain.created"]?["data"]["new"]["name"] == "unread.example")
        #expect(events["source.gap"]?["data"]["reason"] == "taken_over")
        #expect(daemon.stop() == 0)
    }

    @Test("a dead control socket is replaced")
    func deadSocket() throws {
        let scenario = try Scenario()
        try scenario.start().kill()
        let path = scenario.folder.file("run/control.sock")
        #expect(access(path, F_OK) == 0)
        #expect(try scenario.callbackd(["status"]).status == 69)
        let daemon = try scenario.start()
        var about = stat()
        #expect(lstat(path, &about) == 0)
        #expect(about.st_mode & S_IFMT == S_IFSOCK)
        #expect(about.st_mode & 0o007 == 0)
        #expect(daemon.stop() == 0)
        #expect(access(path, F_OK) != 0)
    }

    @Test("a file in the place of the control socket is not removed: exit 73")
    func fileForSocket() throws {
        let scenario = try Scenario()
        try scenario.folder.write("run/control.sock", "precious")
        let result = try scenario.callbackd(["run"])
        #expect(result.status == 73)
        #expect(result.errors.contains("is there and is no socket"))
        #expect(try Shell.read(scenario.folder.file("run/control.sock")) == "precious")
    }

    @Test("a socket directory that others can write to is refused")
    func openDirectory() throws {
        let scenario = try Scenario()
        #expect(chmod(scenario.folder.file("run"), 0o777) == 0)
        let result = try scenario.callbackd(["run"])
        #expect(result.status == 78)
        #expect(result.errors.contains("chmod go-w '\(scenario.folder.file("run"))'"))
    }

    @Test("SIGTERM and SIGINT end an idle daemon with 0 in under five seconds", arguments: [SIGTERM, SIGINT])
    func ending(signal: Int32) throws {
        let scenario = try Scenario()
        let daemon = try scenario.start()
        let begin = ContinuousClock.now
        kill(daemon.id, signal)
        #expect(daemon.waitForEnd() == 0)
        #expect(ContinuousClock.now - begin < .seconds(5))
    }

    @Test("SIGTERM waits for what is on its way; what does not arrive is sent by the next daemon")
    func endingInFlight() throws {
        let scenario = try Scenario { _ in .hang }
        try scenario.configure(targets: Scenario.targets + "\n    timeout: 1s")
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let first = try scenario.receiver.request(1)
        let begin = ContinuousClock.now
        #expect(daemon.stop() == 0)
        #expect(ContinuousClock.now - begin < .seconds(5))
        scenario.receiver.stop()
        let receiver = try scenario.receiverAgain()
        let next = try scenario.start()
        #expect(try receiver.request(1).webhookID == first.webhookID)
        let delivery = try scenario.delivery("1-1", is: "delivered")
        #expect(delivery["attempts"][0]["reason"].text?.hasPrefix("timeout") == true)
        #expect(next.stop() == 0)
    }

    @Test("a damaged state file is told with 65 and left as it is")
    func damagedState() throws {
        let scenario = try Scenario()
        let garbage = String(repeating: "no database at all. ", count: 500)
        try scenario.folder.write("state/state.db", garbage)
        let result = try scenario.callbackd(["run"])
        #expect(result.status == 65)
        #expect(result.errors.contains(scenario.statePath))
        #expect(try Shell.read(scenario.statePath) == garbage)
    }

    /// The daemon's status while it may not be ready; nil where it does not answer yet.
    private func status(_ scenario: Scenario) throws -> JSON? {
        let result = try scenario.callbackd(["status", "--json"])
        return result.status <= 1 ? try JSON(parsing: result.output) : nil
    }
}
