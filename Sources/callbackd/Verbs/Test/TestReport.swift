import CallbackCore
import CallbackRules

/// The results of all tests for a program.
struct TestReport {
    let verdicts: [RuleTestVerdict]
    let unmatched: [RuleSettings]

    var json: JSONValue {
        [
            "ok": .bool(verdicts.allSatisfy(\.isGood)),
            "tests": .array(verdicts.map(Self.json)),
            "unmatched": .array(unmatched.map { Self.json($0.place, "rule", $0.name.rawValue) }),
        ]
    }

    private static func json(_ verdict: RuleTestVerdict) -> JSONValue {
        guard case .object(var object) = json(verdict.test.place, "name", verdict.test.name) else { return .null }
        object.append("ok", .bool(verdict.isGood))
        object.append("matched", .array(verdict.matched.map { .string($0.rawValue) }))
        object.append("failures", .array(verdict.failures.map(json)))
        object.append("deliveries", .array(verdict.deliveries.map(json)))
        return .object(object)
    }

    private static func json(_ failure: RuleTestFailure) -> JSONValue {
        guard case .object(var object) = json(failure.place, "rule", failure.rule.rawValue) else { return .null }
        object.append("target", failure.target.map { .string($0.rawValue) } ?? .null)
        object.append("path", failure.path.map { .string($0) } ?? .null)
        object.append("message", .string(failure.message))
        // Without them nothing is to be there, or nothing is.
        if let expected = failure.expected { object.append("expected", expected) }
        if let actual = failure.actual { object.append("actual", actual) }
        return .object(object)
    }

    private static func json(_ delivery: RuleTestVerdict.Delivery) -> JSONValue {
        var object: JSONObject = [
            "rule": .string(delivery.rule.rawValue),
            "target": .string(delivery.target.rawValue),
            "order": delivery.orderingKey.map { .string($0) } ?? .null,
        ]
        switch delivery.preview {
        case .success(let preview):
            if case .object(let parts) = preview.json { object.members += parts.members }
        case .failure(let problem): object.append("problem", .string(problem.message))
        }
        return .object(object)
    }

    private static func json(_ place: ConfigPlace, _ key: String, _ name: String) -> JSONValue {
        [
            key: .string(name), "file": .string(place.file), "line": .integer(Int64(place.line)),
            "column": .integer(Int64(place.column)),
        ]
    }
}
