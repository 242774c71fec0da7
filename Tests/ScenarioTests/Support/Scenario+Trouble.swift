import CallbackTestKit
import Testing

extension Scenario {
    /// Configures a target `bad`, one delivery at a time, and beside it a target `good`, both for each new domain: the
    /// deliveries of the first domain are 1-1 and 1-2.
    /// - Parameter bad: the lines below `bad:`.
    func configure(
        bad: String, timeout: String = "400ms", retry: String = "[10ms]",
        egress: String = "egress: {allow: [127.0.0.0/8]}", more: String = ""
    ) throws {
        try configure(
            targets: """
                targets:
                  bad:
                    \(bad)
                    timeout: \(timeout)
                    retry: {schedule: \(retry), jitter: 0%}
                    concurrency: 1
                  good: {webhook: {url: "http://127.0.0.1:${port}/good"}}
                """,
            rules: """
                rules:
                  - {name: both, events: [domain.created], order-by: none, deliver: [bad, good]}
                """, egress: egress, more: more)
    }

    /// Waits until a delivery has so many attempts, whatever became of it.
    func attempts(_ name: String, atLeast count: Int) throws -> [JSON] {
        var attempts: [JSON] = []
        try eventually("\(count) attempts of \(name), there are \(attempts)") {
            let result = try callbackd(["deliveries", "show", name, "--json"])
            guard result.status == 0 else { return false }
            attempts = try JSON(parsing: result.output)["attempts"].elements
            return attempts.count >= count
        }
        return attempts
    }

    /// That the delivery beside the bad one was done at once and in one attempt.
    func expectGoodTargetUnharmed(by other: String = "1-1") throws {
        let good = try delivery("1-2", is: "delivered")
        #expect(good["attempts"].elements.map(\.["code"]) == [204])
        #expect(good["attempts"][0]["duration_ms"].number.map { $0 < 2_000 } == true)
    }
}

extension JSON {
    /// Whether this attempt's reason begins so.
    func hasReason(_ beginning: String) -> Bool { self["reason"].text?.hasPrefix(beginning) == true }
}
