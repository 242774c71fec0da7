import CallbackTestKit
import Testing

@Suite("A hook that writes back into the panel", .serialized)
struct SpinningHookTests {
    @Test(
        "is stopped after the number of events that a subject may give, with an alarm, and goes on when it is released")
    func spinning() throws {
        let scenario = try Scenario()
        let path = try scenario.hook(
            "hook.sh",
            """
            echo again >>"${dir}/hook.out"
            [ -e "${dir}/mended" ] && exit 0
            sqlite3 -cmd '.timeout 10000' "${dir}/panel/panel.db" \
                "UPDATE domains SET description = hex(randomblob(4)) WHERE name = 'a.example'"
            """)
        try scenario.configure(
            targets: """
                \(Scenario.targets)
                  script:
                    command: {run: [\(path)]}
                """,
            rules: """
                rules:
                  - name: spin
                    events: [domain.updated]
                    deliver: [script]
                  - name: alarm
                    events: [subject.held]
                    deliver: [billing]
                """,
            more: "limits: {subject-events: 20}")
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.addDomain("b.example")
        try scenario.sql("UPDATE domains SET description = 'first' WHERE name = 'a.example';")

        let alarm = try scenario.receiver.request(1).json
        #expect(alarm["type"] == "subject.held")
        #expect(alarm["data"]["type"] == "domain.updated")
        #expect(alarm["data"]["limit"] == 20)
        let subject = try #require(alarm["data"]["subject"].text)
        #expect(alarm["subject"].text == subject)

        let status = try scenario.callbackd(["status"])
        #expect(status.status == 1)
        #expect(status.output.contains("held: \(subject) gave too many events in a minute"))
        #expect(status.output.contains("callbackd deliveries release --subject \(subject)"))
        #expect(try scenario.deliveries("held").count == 1)
        #expect(try scenario.deliveries("delivered").count == 21)

        // Another subject is not concerned.
        try scenario.folder.write("mended", "")
        try scenario.sql("UPDATE domains SET description = 'x' WHERE name = 'b.example';")
        try eventually("the other subject is delivered") { try scenario.deliveries("delivered").count == 22 }

        #expect(try scenario.callbackd(["deliveries", "release", "--subject", "domain/none"]).status == 1)
        try scenario.verb("deliveries", "release", "--subject", subject)
        try scenario.nothingIsOwed()
        #expect(try scenario.callbackd(["status"]).status == 0)
        #expect(daemon.stop() == 0)
    }
}
