/// A name that a user gave to a part of the configuration, typed by what it names.
///
/// Two kinds of names never mix: a `RuleName` cannot be handed over where a `TargetName` is wanted.
package struct Name<Kind>: RawRepresentable, Hashable, Sendable, Comparable, CustomStringConvertible,
    ExpressibleByStringLiteral
{
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }
    package init(_ text: String) { rawValue = text }
    package init(stringLiteral value: String) { rawValue = value }

    package var description: String { rawValue }

    // Written out so that they can be compiled into the place of use: the ones that come with `RawRepresentable` ask the
    // runtime for types at each look into a table of names.
    @inlinable package static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }

    @inlinable package func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

package enum SourceKind {}
package enum RuleKind {}
package enum TargetKind {}
package enum EventTypeKind {}

package typealias SourceName = Name<SourceKind>
package typealias RuleName = Name<RuleKind>
package typealias TargetName = Name<TargetKind>
/// The type of an event, such as `plan_item.created`.
package typealias EventType = Name<EventTypeKind>
