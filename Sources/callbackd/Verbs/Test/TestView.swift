import CallbackCore
import CallbackRules

/// The results of all tests for a person.
struct TestView {
    let verdicts: [RuleTestVerdict]
    let isVerbose: Bool
    let palette: Palette

    var lines: [String] { verdicts.flatMap(verdict) + [summary] }

    private var summary: String {
        let failed = verdicts.count { !$0.isGood }
        let words = "\(verdicts.count) test\(verdicts.count == 1 ? "" : "s"), \(failed) failed"
        return failed == 0 ? words : palette(.red, words)
    }

    private func verdict(_ verdict: RuleTestVerdict) -> [String] {
        let word = verdict.isGood ? palette(.green, "ok  ") : palette(.red, "FAIL")
        var lines = ["\(word)  \(verdict.test.name.harmless)"]
        for failure in verdict.failures {
            lines.append("      \(failure.message.harmless)")
            lines.append(palette(.dim, "        --> \(Self.words(failure.place))"))
        }
        if isVerbose { lines += verdict.deliveries.flatMap(delivery) }
        return lines
    }

    private func delivery(_ delivery: RuleTestVerdict.Delivery) -> [String] {
        let order = delivery.orderingKey.map { "in order by \(JSONValue.string($0).text)" } ?? "in no order"
        let head = "\(delivery.rule) to \(delivery.target), \(order)"
        switch delivery.preview {
        case .success(let preview):
            return ["      \(palette(.cyan, head.harmless))"]
                + preview.json.indented(4).split(separator: "\n").map(String.init)
        case .failure(let problem):
            return ["      \(palette(.cyan, head.harmless))", "        could not be sent: \(problem.message.harmless)"]
        }
    }

    private static func words(_ place: ConfigPlace) -> String {
        "\(place.file):\(place.line):\(place.column)".harmless
    }

    /// What is not wrong and still worth knowing.
    static func warnings(_ verdicts: [RuleTestVerdict], unmatched: [RuleSettings]) -> [String] {
        var warnings: [String] = []
        if verdicts.isEmpty {
            warnings.append("warning: there are no tests; write them below tests:, or into a file *.test.yaml")
        }
        for verdict in verdicts {
            for delivery in verdict.deliveries {
                // A test that looks into this delivery has failed already.
                guard verdict.isGood, case .failure(let problem) = delivery.preview else { continue }
                warnings.append(
                    "warning: test \"\(verdict.test.name)\": \(delivery.rule) to \(delivery.target) could not be sent: "
                        + problem.message)
            }
        }
        if !unmatched.isEmpty {
            warnings.append("warning: rules never matched by a test:")
            warnings += unmatched.map { "  \($0.name) (\($0.place.file):\($0.place.line))" }
        }
        return warnings.map(\.harmless)
    }
}
