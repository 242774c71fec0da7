import CallbackCore

/// Holds what a rule asks for against what a test expects of it.
struct ExpectationJudge {
    let expectation: RuleExpectation
    let match: RuleMatch
    let deliveries: [RuleTestVerdict.Delivery]

    var failures: [RuleTestFailure] {
        var failures: [RuleTestFailure] = []
        if let order = order { failures.append(order) }
        guard let expected = expectation.deliveries else { return failures }
        if let targets = targets(expected) { failures.append(targets) }
        for expectation in expected {
            guard let delivery = deliveries.first(where: { $0.target == expectation.target }) else { continue }
            failures += judge(delivery, expectation)
        }
        return failures
    }

    private var order: RuleTestFailure? {
        guard let expected = expectation.order else { return nil }
        let key = deliveries.first?.orderingKey
        let isSame =
            switch expected {
            case .unordered: key == nil
            case .key(let text): key.map { $0.utf8.elementsEqual(text.utf8) } ?? false
            }
        guard !isSame else { return nil }
        let wanted = if case .key(let text) = expected { JSONValue.string(text) } else { JSONValue.null }
        let came = key.map { JSONValue.string($0) } ?? .null
        func words(_ value: JSONValue) -> String { value == .null ? "none" : value.text }
        return RuleTestFailure(
            at: expectation.place, rule: expectation.rule, path: "order",
            "expected \(words(wanted)), came \(words(came))", expected: wanted, actual: came)
    }

    private func targets(_ expected: [DeliveryExpectation]) -> RuleTestFailure? {
        let wanted = expected.map(\.target)
        guard Set(wanted) != Set(match.targets) else { return nil }
        func words(_ targets: [TargetName]) -> String {
            targets.isEmpty ? "none" : targets.map(\.rawValue).joined(separator: ", ")
        }
        func json(_ targets: [TargetName]) -> JSONValue { .array(targets.map { .string($0.rawValue) }) }
        return RuleTestFailure(
            at: expectation.place, rule: expectation.rule, path: "targets",
            "expected \(words(wanted)), came \(words(match.targets))", expected: json(wanted),
            actual: json(match.targets))
    }

    /// The first difference of each part that the test names.
    private func judge(_ delivery: RuleTestVerdict.Delivery, _ expected: DeliveryExpectation) -> [RuleTestFailure] {
        guard expected.hasDetails else { return [] }
        let preview: DeliveryPreview
        switch delivery.preview {
        case .success(let shown): preview = shown
        case .failure(let problem):
            return [
                RuleTestFailure(
                    at: expected.place, rule: delivery.rule, target: delivery.target,
                    "could not be sent: \(problem.message)")
            ]
        }
        var found: [JSONDifference?] = []
        if let url = expected.url { found.append(Self.texts(url, preview.url, at: .url)) }
        found += expected.headers.map { entry in
            let value = preview.headers?.first { $0.key.lowercased() == entry.name.lowercased() }?.value
            return Self.header(entry, value)
        }
        if let body = expected.body { found.append(Self.values(body, preview.body, at: .body)) }
        if let arguments = expected.arguments {
            found.append(
                Self.values(
                    .array(arguments.map { .string($0) }), preview.arguments.map { .array($0.map { .string($0) }) },
                    at: .arguments))
        }
        found += expected.environment.map { Self.entry($0, preview.environment?[$0.name], at: .environment) }
        if let input = expected.input { found.append(Self.values(input, preview.input, at: .input)) }
        return found.compactMap(\.self).map {
            RuleTestFailure(at: expected.place, rule: delivery.rule, target: delivery.target, $0)
        }
    }

    private static func values(_ expected: JSONValue, _ actual: JSONValue?, at part: DeliveryPart) -> JSONDifference? {
        guard let actual else { return JSONDifference(path: part.rawValue, expected: expected, actual: nil) }
        return JSONDifference.first(expected: expected, actual: actual, at: part.rawValue)
    }

    private static func texts(_ expected: String, _ actual: String?, at part: DeliveryPart) -> JSONDifference? {
        values(.string(expected), actual.map { .string($0) }, at: part)
    }

    private static func entry(
        _ expected: DeliveryExpectation.Entry,
        _ actual: String?,
        at part: DeliveryPart
    ) -> JSONDifference? {
        guard let value = expected.value else {
            guard let actual else { return nil }
            return JSONDifference(
                path: "\(part.rawValue).\(expected.name)", expected: nil, actual: .string(actual))
        }
        guard let actual else {
            return JSONDifference(path: "\(part.rawValue).\(expected.name)", expected: .string(value), actual: nil)
        }
        return JSONDifference.first(
            expected: .string(value), actual: .string(actual), at: "\(part.rawValue).\(expected.name)")
    }

    /// A secret may be written as the reference to it, or as the mask that stands for any.
    private static func header(_ expected: DeliveryExpectation.Entry, _ actual: String?) -> JSONDifference? {
        if let value = expected.value, let actual, DeliveryPreview.masked(actual) == value { return nil }
        return entry(expected, actual, at: .headers)
    }
}
