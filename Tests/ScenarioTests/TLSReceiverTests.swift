import CallbackTestKit
import Testing

@Suite("A receiver whose TLS is wrong", .serialized, .enabled(if: TLSCertificate.isAvailable, "needs openssl"))
struct TLSReceiverTests {
    /// A scenario whose target `bad` speaks TLS with a server that shows `certificate`.
    private func scenario(
        _ certificate: TLSCertificate, clients: TLSCertificate? = nil, host: String = "127.0.0.1", tls: String
    ) throws -> (Scenario, TLSFront) {
        let scenario = try Scenario()
        let front = try TLSFront(
            python: Programs.python, certificate: certificate, clients: clients, before: scenario.receiver.port)
        try scenario.configure(
            bad: "webhook: {url: \"https://\(host):\(front.port)/bad\", tls: \(tls)}", timeout: "5s",
            egress: "egress: {allow: [127.0.0.0/8, \"::1/128\"]}")
        return (scenario, front)
    }

    /// That both attempts fail with these words, so that the slot was free for the second, and the other target goes on.
    private func expectFailure(_ scenario: Scenario, _ reason: String, containing part: String = "") throws {
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let letter = try scenario.delivery("1-1", is: "dead")
        #expect(letter["reason"] == "exhausted")
        let attempts = letter["attempts"].elements
        #expect(attempts.count == 2)
        for attempt in attempts {
            #expect(attempt.hasReason(reason), "\(attempt)")
            #expect(part.isEmpty || attempt["reason"].text?.contains(part) == true, "\(attempt)")
            #expect(attempt["code"] == .null)
        }
        try scenario.expectGoodTargetUnharmed()
        #expect(scenario.receiver.requests.allSatisfy { $0.path == "/good" })
        #expect(daemon.stop() == 0)
    }

    private func expectDelivery(_ scenario: Scenario) throws {
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        #expect(try scenario.delivery("1-1", is: "delivered")["attempts"].elements.map(\.["code"]) == [204])
        try scenario.expectGoodTargetUnharmed()
        #expect(daemon.stop() == 0)
    }

    @Test("a certificate that is over")
    func expired() throws {
        let certificate = try TLSCertificate(isExpired: true)
        let (scenario, front) = try scenario(certificate, tls: "{ca: \(certificate.certificate)}")
        try withExtendedLifetime(front) { try expectFailure(scenario, "TLS expired: ") }
    }

    @Test("a certificate for another host")
    func wrongHost() throws {
        let certificate = try TLSCertificate(for: "DNS:other.example")
        let (scenario, front) = try scenario(certificate, tls: "{ca: \(certificate.certificate)}")
        try withExtendedLifetime(front) { try expectFailure(scenario, "TLS wrong-host: ") }
    }

    @Test("a certificate that signs itself")
    func selfSigned() throws {
        let (scenario, front) = try scenario(try TLSCertificate(), tls: "{verify: true}")
        try withExtendedLifetime(front) { try expectFailure(scenario, "TLS self-signed: ") }
    }

    @Test("a client certificate is wanted and there is none, and with one it is delivered")
    func clientCertificate() throws {
        let own = try TLSCertificate()
        let client = try TLSCertificate(for: "DNS:client.example")
        let (without, front) = try scenario(own, clients: client, tls: "{ca: \(own.certificate)}")
        // With TLS 1.3 the demand may be lost in the reset that follows it: then it is said to be possible.
        try withExtendedLifetime(front) { try expectFailure(without, "", containing: "certificate") }
        let (with, second) = try scenario(
            own, clients: client,
            tls: "{ca: \(own.certificate), certificate: \(client.certificate), key: \(client.key)}")
        try withExtendedLifetime(second) { try expectDelivery(with) }
    }

    @Test("an authority of the target's own is trusted, by name and by address", arguments: ["127.0.0.1", "localhost"])
    func ownAuthority(host: String) throws {
        let certificate = try TLSCertificate()
        let (scenario, front) = try scenario(certificate, host: host, tls: "{ca: \(certificate.certificate)}")
        try withExtendedLifetime(front) { try expectDelivery(scenario) }
    }

    @Test("a handshake that never ends is cut at the timeout")
    func slowHandshake() throws {
        // It takes the connection and waits for a request that it can read.
        let silent = try LoopbackReceiver()
        let scenario = try Scenario()
        try scenario.configure(bad: "webhook: {url: \"https://127.0.0.1:\(silent.port)/bad\"}", timeout: "300ms")
        try expectFailure(scenario, "timeout: ")
        silent.stop()
    }

    @Test("switched off for a target, verification is missed: at check, in the log, in status, and it is delivered")
    func unverified() throws {
        let (scenario, front) = try scenario(try TLSCertificate(isExpired: true), tls: "{verify: false}")
        let check = try scenario.callbackd(["check"])
        #expect(check.status == 0)
        #expect(check.errors.contains("warning[C090]: target \"bad\" takes any certificate for the receiver's"))
        let daemon = try scenario.start()
        let remark = "tls: {verify: false}: anybody on the way can answer in its place"
        #expect(daemon.log.contains("target bad: \(remark)"))
        #expect(try scenario.verb("status").contains("target bad: \(remark)"))
        let targets = try scenario.json("status")["targets"].elements
        #expect(targets.first { $0["name"] == "bad" }?["remarks"] == .list([.text(remark)]))
        #expect(targets.first { $0["name"] == "good" }?["remarks"] == .list([]))
        try scenario.addDomain("a.example")
        #expect(try scenario.delivery("1-1", is: "delivered")["attempts"].elements.map(\.["code"]) == [204])
        #expect(daemon.stop() == 0)
        withExtendedLifetime(front) {}
    }
}
