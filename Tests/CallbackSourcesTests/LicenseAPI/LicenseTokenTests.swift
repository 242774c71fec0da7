import CallbackCore
import CallbackTestKit
import Synchronization
import Testing

@testable import CallbackSources

@Suite("The token of a licence API")
struct LicenseTokenTests {
    private func tokensAsked(_ bench: LicenseBench) -> Int {
        bench.api.requests.count { $0.path == "/access/token" }
    }

    @Test("is asked for once and used for every question")
    func cached() throws {
        let bench = try LicenseBench()
        try bench.start()
        try bench.listings(5)
        #expect(tokensAsked(bench) == 1)
        let others = bench.api.requests.filter { $0.path != "/access/token" }
        #expect(others.count == 18)
        #expect(others.allSatisfy { $0.header("authorization") == "Bearer token-1" && $0.method == "GET" })
    }

    @Test("is renewed before its end", arguments: [JSONValue.integer(600), "600"])
    func expires(life: JSONValue) throws {
        let bench = try LicenseBench()
        bench.api.change(life: life)
        try bench.start()
        try bench.pass(.seconds(539))
        #expect(tokensAsked(bench) == 1)
        try bench.pass(.seconds(60))
        #expect(tokensAsked(bench) == 2)
        #expect(bench.problem == nil)
    }

    @Test("that is accepted no more is replaced at once, and no listing is lost")
    func revoked() throws {
        let bench = try LicenseBench()
        try bench.start()
        bench.api.revokeTokens()
        bench.api.order("plesk", "PLSK.02980001.0000")
        try bench.listings(1)
        #expect(bench.told == ["license.ordered PLSK.02980001"])
        #expect(tokensAsked(bench) == 2)
        #expect(bench.problem == nil)
    }

    @Test("that is not given for the secret is told with the secret's name, and a new secret is used without a restart")
    func wrongSecret() throws {
        let bench = try LicenseBench()
        try bench.start()
        bench.api.change(secret: "another")
        try bench.listings(1)
        let problem = try #require(bench.problem)
        #expect(
            problem == "virtuozzo, cpanel, plesk: the licence API does not accept login \"user@domain.com\" with the "
                + "secret \"licences\" (401): check both, then `callbackd reload`")
        #expect(!problem.contains(LoopbackLicenseAPI.secret))
        bench.secret.change(to: "another")
        try bench.pass(.seconds(120))
        #expect(bench.problem == nil)
    }

    @Test("that no question is accepted with is a problem, and two questions each time")
    func neverAccepted() throws {
        let bench = try LicenseBench(["kinds": .list([LicenseBench.setting(.text("plesk"))])])
        try bench.start()
        bench.api.misbehave(.unauthorized, on: "/license")
        try bench.pass(.seconds(59))
        let before = bench.api.requests.count
        try bench.pass(.seconds(2))
        #expect(bench.problem == "plesk: the licence API does not accept a token that it has just given (401)")
        #expect(bench.api.requests.count - before == 5)
    }

    @Test(
        "that is none is not used, and what came in its place is not shown",
        arguments: [
            #"{"expires_in": 3600}"#, #"{"access_token": ""}"#, #"{"access_token": 7}"#, "[]",
            #"{"access_token": "a\nb"}"#, #"{"access_token": "a", "token_type": "B: x"}"#,
        ])
    func malformed(answer: String) throws {
        let value = try JSONParser.parse(answer.utf8)
        #expect(throws: LicenseProblem("the licence API's answer holds no access token")) {
            try LicenseToken(value, now: 0)
        }
    }
}
