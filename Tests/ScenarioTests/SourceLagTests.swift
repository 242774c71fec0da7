import CallbackTestKit
import Testing

@Suite("A source that is behind", .serialized)
struct SourceLagTests {
    @Test("source.lagging is raised once, passes a full queue, stands in status until it is over, and comes again then")
    func lagging() throws {
        let scenario = try Scenario()
        try scenario.configure(
            targets: Scenario.targets + """

                  alarm: {webhook: {url: "http://127.0.0.1:${port}/alarm"}}
                """,
            rules: Scenario.rules + """

                  - {name: alarms, events: [source.lagging], deliver: [alarm]}
                """,
            more: "limits: {queue: 16KiB, source-lag: 1s}")
        let daemon = try scenario.start()
        for round in 1...2 {
            try scenario.verb("targets", "pause", "billing")
            var number = 0
            try eventually("the queue is full") {
                number += 1
                try scenario.addDomain("r\(round)-\(number).example")
                return try status(scenario)["queue"]["intakePaused"] == true
            }
            try scenario.addDomain("late\(round).example")
            try eventually("the alarm came") { try alarms(scenario).count == round }
            let alarm = try alarms(scenario)[round - 1]
            #expect(alarm["subject"] == "source/panel")
            #expect(alarm["data"]["source"] == "panel")
            #expect(alarm["data"]["limit_seconds"] == 1)
            #expect(alarm["data"]["changes"].number.map { $0 >= 1 } == true)
            let shown = try scenario.json("status", expecting: 1)
            #expect(shown["alarms"].elements.contains { $0.text?.hasPrefix("source panel is behind: ") == true })
            #expect(shown["sources"][0]["behindSince"].text == alarm["data"]["since"].text)
            #expect(shown["sources"][0]["behind"].number.map { $0 >= 1 } == true)
            #expect(try scenario.verb("status", expecting: 1).contains("alarm     source panel is behind: "))

            try scenario.verb("targets", "resume", "billing")
            try eventually("it is over") {
                try status(scenario)["sources"][0]["behindSince"] == .null
            }
            #expect(try scenario.json("status")["alarms"] == [])
            try scenario.nothingIsOwed()
            #expect(try alarms(scenario).count == round)
        }
        #expect(scenario.receiver.requests.count { $0.path == "/hooks" && $0.text.contains("late") } == 2)
        #expect(daemon.stop() == 0)
    }

    /// Whatever its exit code says.
    private func status(_ scenario: Scenario) throws -> JSON {
        try JSON(parsing: scenario.callbackd(["status", "--json"]).output)
    }

    private func alarms(_ scenario: Scenario) throws -> [JSON] {
        try scenario.receiver.requests.filter { $0.path == "/alarm" }.map { try $0.json }
    }
}
