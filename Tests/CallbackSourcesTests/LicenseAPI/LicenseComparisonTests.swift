import CallbackCore
import CallbackTestKit
import Testing

@testable import CallbackSources

/// The listings of one kind over time, and what they mean, worked out for each licence alone.
private struct History {
    let patience: Int
    /// The keys of the first listing, which raises nothing.
    let baseline: Set<String>
    /// The keys of each later one.
    let listings: [Set<String>]

    /// What the listing of this number must tell.
    func finding(_ number: Int) -> (appeared: Set<String>, gone: Set<String>) {
        let keys = listings[...number].reduce(baseline) { $0.union($1) }
        var (appeared, gone): (Set<String>, Set<String>) = ([], [])
        for key in keys {
            var isKnown = baseline.contains(key)
            var absent = 0
            for (index, listing) in listings[...number].enumerated() {
                let was = isKnown
                absent = listing.contains(key) ? 0 : absent + 1
                isKnown = listing.contains(key) || (was && absent < patience)
                guard index == number, was != isKnown else { continue }
                if isKnown { appeared.insert(key) } else { gone.insert(key) }
            }
        }
        return (appeared, gone)
    }
}

@Suite("Comparing listings")
struct LicenseComparisonTests {
    private func listing(_ numbers: [String]) throws -> LicenseListing {
        try LicenseListing(.array(numbers.map { .string($0) }))
    }

    @Test("random histories tell what a look at each licence alone tells")
    func randomHistories() throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        print("comparing listings: seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        var ends = 0
        for _ in 0..<400 {
            let pool = (0..<Int.random(in: 1...8, using: &generator)).map { "PLSK.0000000\($0)" }
            func draw() -> Set<String> {
                // Full, empty and anything between.
                let share =
                    0.4 * Double(Int.random(in: 0...2, using: &generator)) + (Bool.random(using: &generator) ? 0.2 : 0)
                return Set(pool.filter { _ in Double.random(in: 0..<1, using: &generator) < share })
            }
            let history = History(
                patience: Int.random(in: 2...5, using: &generator), baseline: draw(),
                listings: (0..<30).map { _ in draw() })
            var comparison = LicenseComparison(patience: history.patience)
            var known = Dictionary(uniqueKeysWithValues: history.baseline.map { ($0, $0 + ".0000") })
            for (number, keys) in history.listings.enumerated() {
                let finding = comparison.compare(
                    try listing(keys.map { $0 + ".0000" }.shuffled(using: &generator)), with: known)
                let expected = history.finding(number)
                #expect(Set(finding.appeared) == expected.appeared)
                #expect(Set(finding.gone) == expected.gone)
                #expect(finding.renumbered.isEmpty)
                for key in finding.appeared { known[key] = key + ".0000" }
                for key in finding.gone { known[key] = nil }
                ends += finding.gone.count
            }
        }
        #expect(ends > 100)
    }

    @Test("the answer's order is kept, and two revisions are one licence under the later number")
    func order() throws {
        let listing = try listing(["B.1.0000", "A.1.0002", "B.1.0003", "A.1.0001", "PLSK.0298xxxx"])
        #expect(listing.keys == ["B.1", "A.1", "PLSK.0298xxxx"])
        #expect(listing.numbers["B.1"] == "B.1.0003")
        #expect(listing.numbers["A.1"] == "A.1.0002")
        var comparison = LicenseComparison(patience: 3)
        let finding = comparison.compare(listing, with: ["A.1": "A.1.0001"])
        #expect(finding.appeared == ["B.1", "PLSK.0298xxxx"])
        #expect(finding.renumbered == ["A.1"])
    }

    @Test(
        "one element that is no key number spoils the list",
        arguments: [
            "{}", "null", "\"PLSK.1\"", "[1]", "[null]", "[\"\"]", "[\"a b\"]", "[\"PLSK.1\", \"a\\n\"]", "[\"é\"]",
            "[[\"PLSK.1\"]]", "[\"\(String(repeating: "x", count: 129))\"]",
        ])
    func spoiled(text: String) throws {
        let value = try JSONParser.parse(text.utf8)
        #expect(throws: LicenseProblem.self) { try LicenseListing(value) }
    }

    @Test("more licences than are bounded are refused")
    func tooMany() {
        let elements = JSONValue.array((0...LicenseListing.limit).map { .string("PLSK.\($0)") })
        #expect(throws: LicenseProblem("the listing holds 200001 keys, more than 200000")) {
            try LicenseListing(elements)
        }
    }
}
