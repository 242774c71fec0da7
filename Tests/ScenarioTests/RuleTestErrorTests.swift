import CallbackTestKit
import Testing

@Suite("What callbackd test refuses", .serialized)
struct RuleTestErrorTests {
    /// A test, and the first line of what is wrong with it.
    private static let wrong: [(test: String, error: String)] = [
        (
            "{name: a, event: {type: order.plcaed}, expect: []}",
            #"error[C051]: test "a" has an event that no source gives: "order.plcaed""#
        ),
        (
            "{name: a, event: {type: plan_item.created, data: {nwe: {}}}, expect: []}",
            #"error[C103]: an event plan_item.created has no field "data.nwe""#
        ),
        (
            "{name: a, event: {type: order.placed}, expect: [ordres]}",
            #"error[C105]: test "a" expects an unknown rule: "ordres""#
        ),
        (
            "{name: a, event: {type: order.placed}, expect: [{rule: orders, targets: [biling]}]}",
            #"error[C050]: test "a" expects a delivery to an unknown target: "biling""#
        ),
        (
            "{name: a, event: {type: order.placed}, expect: [{rule: orders, deliver: [{target: billing, argv: []}]}]}",
            #"error[C107]: "argv" is no part of what "billing" is sent: it is a webhook"#
        ),
        (
            "{name: a, change: {source: panel, table: Templates, insert: {id: 1}}, expect: []}",
            "error[S030]: the rows of Templates become events together with those of other tables, in the profile plesk"
        ),
        (
            "{name: a, change: {source: shop, table: notes, insert: {id: 1}}, expect: []}",
            #"error[S031]: the table notes of source "shop" does not say its key"#
        ),
        (
            "{name: a, change: {source: shop, table: orders, insert: {customer: 1}}, expect: []}",
            #"error[S032]: the row has no "id", which is the key of the table orders"#
        ),
        (
            "{name: a, change: {source: shop, table: orders, insert: {id: 1, paid: true}}, expect: []}",
            #"error[S035]: the column "paid" cannot hold a boolean"#
        ),
        (
            "{name: a, change: {source: shpo, table: orders, insert: {id: 1}}, expect: []}",
            #"error[C104]: test "a" changes a row of an unknown source: "shpo""#
        ),
        ("{name: a, expect: []}", #"error[C102]: test "a" has neither "event" nor "change""#),
        ("{name: a, event: {type: order.placed}}", #"error[C013]: test "a" has no "expect""#),
    ]

    @Test("what is wrong with a test is told by check and test alike, and ends with 78", arguments: wrong.indices)
    func wrongTests(index: Int) throws {
        let (test, error) = Self.wrong[index]
        let scenario = try TestedRules.scenario("tests:\n  - \(test)")
        let check = try scenario.callbackd(["check"])
        #expect(check.status == 78)
        #expect(check.errors.hasPrefix(error + "\n"), "\(check.errors)")
        #expect(check.errors.hasSuffix("\n1 error\n\n"), "\(check.errors)")
        for words in [["test"], ["test", "--json"]] {
            let result = try scenario.callbackd(words)
            #expect(result.status == 78)
            #expect(result.output == "")
            #expect(result.errors.hasPrefix(check.errors))
        }
    }

    @Test("a rule whose numeric range is empty is refused before any test runs")
    func emptyRange() throws {
        let scenario = try Scenario(sample: false)
        try scenario.configure(
            rules: """
                rules:
                  - name: never
                    events: [plan_item.created]
                    match: {data: {new: {id: [{numeric: [">", 5, "<", 5]}]}}}
                    deliver: [billing]
                """)
        let result = try scenario.callbackd(["test"])
        #expect(result.status == 78)
        #expect(result.errors.hasPrefix("error[P011]"), "\(result.errors)")
    }

    @Test("wrong words on the command line end with 64, a missing configuration with 78")
    func usage() throws {
        let scenario = try TestedRules.scenario("")
        #expect(try scenario.callbackd(["test", "--coverage"]).status == 64)
        #expect(try scenario.callbackd(["test", "name"]).status == 64)
        let result = try Shell.run(Programs.callbackd, ["test", "--config", scenario.folder.file("none.yaml")])
        #expect(result.status == 78)
        #expect(result.errors.contains("cannot read the file"))
    }
}
