import CallbackTestKit
import Testing

@Suite(
    "Names that do not resolve", .serialized,
    .enabled(if: SmallDisk.isPossible, "only root may give a program a name server of its own"))
struct NameFaultTests {
    /// The target `bad` has a name, `good` beside it an address.
    private static let bad = #"webhook: {url: "http://billing.test:${port}/bad"}"#

    @Test(
        "no such name, or a name server that fails, is a failed attempt with its words; it goes on when there is an address",
        arguments: [NameServer.Answer.noSuchName, .serverFailure])
    func refused(_ answer: NameServer.Answer) throws {
        let names = try NameServer(answer)
        defer { names.stop() }
        let scenario = try Scenario()
        try scenario.configure(bad: Self.bad, timeout: "5s", retry: "[200ms, 200ms, 200ms, 200ms, 200ms, 200ms, 1h]")
        let daemon = try RunningDaemon(scenario, wrapper: names.wrapper(in: scenario))
        try daemon.waitUntilReady()
        try scenario.addDomain("a.example")
        let attempts = try scenario.attempts("1-1", atLeast: 2)
        #expect(attempts.allSatisfy { $0.hasReason("name not resolved: Could not resolve host: billing.test") })
        #expect(attempts.allSatisfy { $0["outcome"] == "unavailable" })
        try scenario.expectGoodTargetUnharmed()
        #expect(names.questions > 0)

        names.answers(.addresses(["127.0.0.1"]))
        try scenario.delivery("1-1", is: "delivered")
        #expect(scenario.receiver.requests.count { $0.path == "/bad" } == 1)
        #expect(daemon.stop() == 0)
    }

    @Test(
        "a name server that says nothing costs its own target the timeout, and neither another one nor the daemon's end"
    )
    func silence() throws {
        let names = try NameServer(.silence)
        defer { names.stop() }
        let scenario = try Scenario()
        try scenario.configure(
            targets: """
                targets:
                  bad:
                    \(Self.bad)
                    timeout: 300ms
                    retry: {schedule: [100ms, 100ms, 1h], jitter: 0%}
                    concurrency: 16
                    breaker: off
                  good: {webhook: {url: "http://127.0.0.1:${port}/good"}, concurrency: 2}
                """,
            rules: """
                rules:
                  - {name: both, events: [domain.created], order-by: none, deliver: [bad, good]}
                """)
        let daemon = try RunningDaemon(scenario, wrapper: names.wrapper(in: scenario))
        try daemon.waitUntilReady()
        // Sixteen look-ups hang at any time, each for 10 s as far as the name server is concerned.
        let count = 40
        for number in 1...count { try scenario.addDomain("d\(number).example") }
        for number in 1...count {
            let good = try scenario.delivery("\(number)-2", is: "delivered")["attempts"].elements
            #expect(good.map(\.["code"]) == [204])
            #expect(good[0]["duration_ms"].number.map { $0 < 1_000 } == true)
        }
        let attempts = try scenario.attempts("\(count)-1", atLeast: 3)
        #expect(attempts.allSatisfy { $0.hasReason("timeout: Resolving timed out after ") }, "\(attempts)")
        #expect(attempts.allSatisfy { $0["duration_ms"].number.map { $0 < 1_500 } == true })
        let begun = LoadTime.now()
        #expect(daemon.stop() == 0)
        #expect(LoadTime.now() - begun < 5_000)
    }

    @Test("a name that comes to mean another address is judged by the address at each connection")
    func rebinding() throws {
        let names = try NameServer(.addresses(["127.0.0.1"]))
        defer { names.stop() }
        // Each answer ends the connection, so that the next delivery needs another one.
        let scenario = try Scenario { _ in .bytes("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n") }
        let inside = try LoopbackReceiver(port: scenario.receiver.port, host: 2)
        try scenario.configure(bad: Self.bad, egress: "egress: {allow: [127.0.0.1/32]}")
        let daemon = try RunningDaemon(scenario, wrapper: names.wrapper(in: scenario))
        try daemon.waitUntilReady()
        try scenario.addDomain("a.example")
        try scenario.delivery("1-1", is: "delivered")
        #expect(daemon.stop() == 0)

        // Nothing of the configuration changed, and check finds nothing: what is judged is the address at connect.
        names.answers(.addresses(["127.0.0.2"]))
        try scenario.verb("check")
        let heir = try RunningDaemon(scenario, wrapper: names.wrapper(in: scenario))
        try heir.waitUntilReady()
        try scenario.addDomain("b.example")
        let letter = try scenario.delivery("2-1", is: "dead")
        #expect(letter["reason"] == "refused")
        #expect(letter["attempts"].elements.last?.hasReason("egress refused: 127.0.0.2 ") == true, "\(letter)")

        // Both addresses at once: the one that is allowed may be reached, the other never.
        names.answers(.addresses(["127.0.0.2", "127.0.0.1"]))
        try scenario.addDomain("c.example")
        _ = try scenario.attempts("3-1", atLeast: 1)
        try scenario.delivery("3-2", is: "delivered")
        #expect(inside.connectionCount == 0)
        #expect(heir.stop() == 0)
        inside.stop()
    }
}
