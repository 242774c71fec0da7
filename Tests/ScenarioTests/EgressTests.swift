import CallbackTestKit
import Testing

@Suite("The way out", .serialized)
struct EgressTests {
    private func bad(_ more: String, url: String = "http://127.0.0.1:${port}/bad") -> String {
        "webhook: {url: \"\(url)\"\(more)}"
    }

    @Test("a proxy of the environment is not used, whatever it is called")
    func environmentProxies() throws {
        let scenario = try Scenario()
        try scenario.configure(bad: bad(""))
        let names = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
        // Nobody listens there.
        let daemon = try RunningDaemon(
            scenario, wrapper: ["/usr/bin/env", "NO_PROXY=", "no_proxy="] + names.map { "\($0)=http://127.0.0.1:1" })
        try daemon.waitUntilReady()
        try scenario.addDomain("a.example")
        #expect(try scenario.delivery("1-1", is: "delivered")["attempts"].elements.map(\.["code"]) == [204])
        try scenario.expectGoodTargetUnharmed()
        #expect(daemon.stop() == 0)
    }

    @Test("a named proxy is judged by its own address, before a byte goes there")
    func proxyRefused() throws {
        let scenario = try Scenario()
        try scenario.configure(
            bad: bad(", proxy: \"http://127.0.0.1:${port}\"", url: "https://billing.example.com/hook"),
            egress: "egress: {allow: []}")
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let letter = try scenario.delivery("1-1", is: "dead")
        #expect(
            letter["attempts"].elements.map(\.["reason"]) == [
                """
                egress refused: 127.0.0.1 is not a public address (loopback): \
                to allow it, add egress: {allow: [127.0.0.1/32]}
                """
            ])
        #expect(scenario.receiver.connectionCount == 0)
        #expect(daemon.stop() == 0)
    }

    @Test("a named proxy is asked for a tunnel, and its refusal is told as the proxy's")
    func proxyAnswers() throws {
        let scenario = try Scenario { $0.method == "CONNECT" ? .status(403) : .status(204) }
        try scenario.configure(
            bad: bad(
                ", proxy: \"http://127.0.0.1:${port}\", headers: {X-Token: for-the-receiver}",
                url: "https://billing.example.com/hook"))
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let attempt = try scenario.attempts("1-1", atLeast: 1)[0]
        #expect(attempt["reason"] == "no connection: the proxy answered 403 and made no connection")
        let asked = try #require(scenario.receiver.requests.first { $0.method == "CONNECT" })
        #expect(asked.path == "billing.example.com:443")
        // What is meant for the receiver is not told to the proxy.
        #expect(asked.header("x-token") == nil && asked.header("webhook-id") == nil)
        try scenario.expectGoodTargetUnharmed()
        #expect(daemon.stop() == 0)
    }

    @Test("a value with a line break becomes no header: each attempt says so and nothing is sent")
    func headerInjection() throws {
        let scenario = try Scenario()
        try scenario.configure(bad: bad(", headers: {X-Name: \"{{ data.new.displayName }}\"}"))
        let daemon = try scenario.start()
        try scenario.sql(
            """
            INSERT INTO domains (name, displayName, cl_id, vendor_id)
            VALUES ('a.example', 'a' || char(13) || char(10) || 'X-Evil: 1', 3, 2);
            """)
        let letter = try scenario.delivery("1-1", is: "dead")
        let attempts = letter["attempts"].elements
        #expect(attempts.count == 2)
        #expect(attempts.allSatisfy { $0["reason"].text?.contains("X-Name") == true }, "\(letter)")
        try scenario.expectGoodTargetUnharmed()
        #expect(scenario.receiver.requests.allSatisfy { $0.path == "/good" && $0.header("x-evil") == nil })
        #expect(daemon.stop() == 0)
    }

    @Test(
        "IPv4 inside IPv6 in a url leads nowhere", arguments: ["[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[::7f00:1]"])
    func embedded(host: String) throws {
        let scenario = try Scenario()
        try scenario.configure(bad: bad("", url: "http://\(host):${port}/bad"), egress: "egress: {allow: []}")
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let letter = try scenario.delivery("1-1", is: "dead")
        #expect(letter["attempts"][0].hasReason("egress refused: "), "\(letter)")
        #expect(scenario.receiver.connectionCount == 0)
        #expect(daemon.stop() == 0)
    }
}
