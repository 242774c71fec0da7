import CallbackCore
import Testing

@Suite("Did you mean")
struct DidYouMeanTests {
    private let keys = ["events", "match", "deliver", "order-by", "on-dead", "name"]

    @Test(
        "a slip finds its word",
        arguments: [
            ("evnets", "events"), ("event", "events"), ("Events", "events"), ("delivery", "deliver"),
            ("order_by", "order-by"), ("ondead", "on-dead"), ("mach", "match"), ("nmae", "name"),
        ])
    func slips(word: String, meant: String) { #expect(DidYouMean.closest(to: word, among: keys) == meant) }

    @Test("what is no slip finds nothing", arguments: ["retry", "x", "targets", "", "eventsourcing"])
    func strangers(word: String) { #expect(DidYouMean.closest(to: word, among: keys) == nil) }

    @Test("without candidates there is no answer, and of equals the first by name is taken")
    func choice() {
        #expect(DidYouMean.closest(to: "a", among: [String]()) == nil)
        #expect(DidYouMean.closest(to: "cat", among: ["rat", "bat"]) == "bat")
    }

    @Test("very long words cost no more than their first characters")
    func longWords() {
        let long = String(repeating: "x", count: 100_000)
        #expect(DidYouMean.closest(to: long, among: [long + "y"]) == long + "y")
    }

    @Test("who wrote no known name is told the one probably meant, or else those that there are")
    func hints() {
        #expect(DidYouMean.hint(for: "biling", among: ["hook", "billing"]) == "did you mean \"billing\"?")
        #expect(DidYouMean.hint(for: "nosuch", among: ["hook", "billing"]) == "there are: billing, hook")
        #expect(DidYouMean.hint(for: "nosuch", among: [String]()) == "there are none")
        let many = (1...20).map { "target-\(9 + $0)" }
        #expect(
            DidYouMean.hint(for: "x", among: many)
                == "there are: \(many.prefix(8).joined(separator: ", ")) and 12 more")
    }
}
