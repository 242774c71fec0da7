import CallbackCore

/// How a part of an event compares with a part of a pattern.
enum Verdict {
    case no
    /// It holds because what must be absent is absent.
    case byAbsence
    /// It holds, and something stands there that was asked for.
    case byValue

    /// Both must hold.
    func and(_ other: Verdict) -> Verdict {
        switch (self, other) {
        case (.no, _), (_, .no): .no
        case (.byAbsence, .byAbsence): .byAbsence
        default: .byValue
        }
    }
}

/// The clauses of one pattern below `data`, as a tree of field names.
///
/// A tree gives lists their meaning for free: all clauses below a node meet the same element of the list that stands
/// there. Each value is looked at once for each node of its name, so no event can make it expensive.
struct PatternTree: Sendable {
    /// `names[0]` is the field's own name, `names[1]` the one above and its own joined by a dot, and so on: a member
    /// of an event may itself have dots in its name.
    private let names: [String]
    private let tests: [ValueTest]
    private let children: [PatternTree]
    /// How likely and cheap a "no" is: lower ones are asked first.
    private let cost: Int

    /// The tree of clauses whose paths begin after `prefix` segments.
    init(_ clauses: [Pattern.Clause], below prefix: Int, names: [String] = []) {
        self.names = names
        tests = clauses.first { $0.path.segments.count == prefix }?.tests ?? []
        let deeper = clauses.filter { $0.path.segments.count > prefix }
        children = Dictionary(grouping: deeper) { $0.path.segments[prefix] }
            .map { name, clauses in
                PatternTree(clauses, below: prefix + 1, names: [name] + names.map { $0 + "." + name })
            }
            .sorted { ($0.cost, $0.names[0]) < ($1.cost, $1.names[0]) }
        cost = 1 + (tests.map(\.cost).max() ?? 0) + (children.map(\.cost).min() ?? 0)
    }

    /// Compares what stands at this node; nil where nothing does.
    func verdict(on value: JSONValue?) -> Verdict {
        let leaf = tests.isEmpty ? .byAbsence : leafVerdict(on: value)
        if children.isEmpty || leaf == .no { return leaf }
        return leaf.and(fieldsVerdict(on: value))
    }

    private func leafVerdict(on value: JSONValue?) -> Verdict {
        switch value {
        case nil, .object: absence
        case .array(let elements): listVerdict(on: elements) ?? absence
        case let scalar?: tests.contains { $0.accepts(scalar) } ? .byValue : .no
        }
    }

    private var absence: Verdict { tests.contains(.absent) ? .byAbsence : .no }

    /// Membership: one element is enough. Nil where the list holds no scalar, which counts as absent.
    private func listVerdict(on elements: [JSONValue]) -> Verdict? {
        var verdict: Verdict?
        for element in elements {
            let next: Verdict?
            switch element {
            case .object: next = nil
            case .array(let inner): next = listVerdict(on: inner)
            default: next = tests.contains { $0.accepts(element) } ? .byValue : .no
            }
            if next == .byValue { return .byValue }
            verdict = verdict ?? next
        }
        return verdict
    }

    private func fieldsVerdict(on value: JSONValue?) -> Verdict {
        switch value {
        case .object(let object): all { $0.verdict(in: object, level: 0) }
        case .array(let elements): elementVerdict(on: elements) ?? all { $0.verdict(on: nil) }
        default: all { $0.verdict(on: nil) }
        }
    }

    /// One element must hold for all fields; where only absence is asked for, every element must. Nil where the list
    /// holds no object.
    private func elementVerdict(on elements: [JSONValue]) -> Verdict? {
        var verdict: Verdict?
        for element in elements {
            let next: Verdict?
            switch element {
            case .object: next = fieldsVerdict(on: element)
            case .array(let inner): next = elementVerdict(on: inner)
            default: next = nil
            }
            guard let next else { continue }
            if next == .byValue { return .byValue }
            verdict = verdict.map { $0.and(next) } ?? next
        }
        return verdict
    }

    private func verdict(in object: JSONObject, level: Int) -> Verdict {
        if let value = object[names[level]] { return verdict(on: value) }
        let leaf = tests.isEmpty ? .byAbsence : absence
        if children.isEmpty || leaf == .no { return leaf }
        return leaf.and(all { $0.verdict(in: object, level: level + 1) })
    }

    private func all(_ verdict: (PatternTree) -> Verdict) -> Verdict {
        var result = Verdict.byAbsence
        for child in children {
            result = result.and(verdict(child))
            if result == .no { return .no }
        }
        return result
    }
}

extension ValueTest {
    /// An exact value excludes more events than a range, and a range more than "anything but".
    fileprivate var cost: Int {
        switch self {
        case .null, .bool, .string, .number, .address, .exactly, .cidr: 1
        case .prefix, .suffix, .equalsIgnoringCase, .prefixIgnoringCase, .suffixIgnoringCase, .wildcard, .numeric: 2
        case .anythingBut, .present, .absent: 3
        }
    }
}
