package import CallbackCore

/// One callback that another rule book would add, leave out or make otherwise.
package struct PlannedChange: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case added, removed, changed
    }

    package let kind: Kind
    package let event: Event
    /// The first thing that differs, of a changed one.
    package let difference: CallbackDifference?
    /// Why the new templates cannot be filled in for this event.
    package let failure: String?

    package var json: JSONValue {
        [
            "change": .string(kind.rawValue), "event": .integer(event.sequence), "id": .string(event.id.rawValue),
            "type": .string(event.type.rawValue), "subject": .string(event.subject),
            "time": .string(event.time.description), "difference": difference?.json ?? .null,
            "failure": failure.map { .string($0) } ?? .null,
        ]
    }
}

/// What would become of the callbacks of one rule to one target.
package struct PlannedGroup: Sendable {
    package let rule: RuleName
    package let target: TargetName
    package internal(set) var added: Tally = Tally()
    package internal(set) var removed: Tally = Tally()
    package internal(set) var changed: Tally = Tally()
    package internal(set) var unchanged = 0
    /// Among those added or changed, how many the new templates could not be filled in for.
    package internal(set) var failing = 0
    /// The rule of the other book that made exactly the same callbacks to this target: perhaps only its name changed.
    package internal(set) var renamed: RuleName?

    init(rule: RuleName, target: TargetName) {
        self.rule = rule
        self.target = target
    }

    package var isTheSame: Bool { added.count + removed.count + changed.count == 0 }

    package var examples: [PlannedChange] { added.examples + removed.examples + changed.examples }

    package var json: JSONValue {
        [
            "rule": .string(rule.rawValue), "target": .string(target.rawValue),
            "added": .integer(Int64(added.count)), "removed": .integer(Int64(removed.count)),
            "changed": .integer(Int64(changed.count)), "unchanged": .integer(Int64(unchanged)),
            "failing": .integer(Int64(failing)), "renamed": renamed.map { .string($0.rawValue) } ?? .null,
            "examples": .array(examples.map(\.json)),
        ]
    }

    /// Callbacks of one kind: how many, the first of them, and a fingerprint of which events they are of.
    package struct Tally: Sendable {
        package private(set) var count = 0
        package private(set) var examples: [PlannedChange] = []
        private(set) var fingerprint: UInt64 = 0xCBF2_9CE4_8422_2325

        /// - Parameter limit: how many examples are kept.
        mutating func add(_ change: PlannedChange, limit: Int) {
            count += 1
            fingerprint = (fingerprint ^ UInt64(bitPattern: change.event.sequence)) &* 0x0000_0100_0000_01B3
            if examples.count < limit { examples.append(change) }
        }
    }
}
