import CallbackTestKit
import Testing

@Suite("Diagnostics")
struct DiagnosticsTests {
    @Test("explain says what a code means, lists all of them, and ends with 64 for one that is not there")
    func explain() throws {
        let one = try Shell.run(Programs.callbackd, ["explain", "c012"])
        #expect(one.status == 0)
        #expect(one.output.hasPrefix("C012: a key that is not known at this place\n\n"))
        #expect(one.output.contains("\nWrong, in a rule:\n\n    ordr-by: none\n\nRight:\n\n    order-by: none\n"))
        let all = try Shell.run(Programs.callbackd, ["explain"])
        #expect(all.status == 0)
        #expect(all.output.split(separator: "\n").count >= 90)
        #expect(all.output.contains("\nT004  a filter that does not exist\n"))
        let unknown = try Shell.run(Programs.callbackd, ["explain", "C0122"])
        #expect(unknown.status == 64)
        #expect(unknown.output.isEmpty)
        #expect(unknown.errors == "callbackd: there is no code C0122; did you mean C012?\n")
        let data = try Shell.run(Programs.callbackd, ["explain", "T017", "--json"])
        #expect(try JSON(parsing: data.output)["code"] == "T017")
    }

    @Test("schema prints a JSON Schema and needs no configuration")
    func schema() throws {
        let result = try Shell.run(Programs.callbackd, ["schema"])
        #expect(result.status == 0)
        #expect(try JSON(parsing: result.output)["$schema"] == "https://json-schema.org/draft/2020-12/schema")
    }

    @Test("a misspelt key hides no wrong pattern, template or target elsewhere, and each has all members as JSON")
    func allAtOnce() throws {
        let scenario = try Scenario()
        try scenario.configure(
            rules: """
                rules:
                  - name: one
                    ordr-by: none
                    events: [domain.created]
                    match: {data: {custmer: {login: [x]}}}
                    deliver: [{target: billing, body: {a: "{{ data.customer.lgoin }} {{ time | dat('unix') }}"}}]
                  - name: two
                    events: [domain.craeted]
                    match: {data: {anything: [1]}}
                    deliver: [biling]
                """)
        let result = try scenario.callbackd(["check", "--format", "json"])
        #expect(result.status == 78)
        let findings = try JSON(parsing: result.output).elements
        #expect(findings.map(\.["code"]) == ["C012", "P013", "T007", "T004", "C051", "C050"])
        for finding in findings {
            #expect(finding["severity"] == "error")
            #expect(finding["file"] == .text(scenario.configurationPath))
        }
        #expect(findings[2]["column"] == 47)
        #expect(findings[2]["length"] == 19)
        #expect(findings[3]["label"] == "did you mean \"date\"?")
    }
}
