package import CallbackCore
import CallbackStore

/// Events about callbackd itself, which go through the same rules as the panel's.
package enum BuiltInEvents {
    package static let catalog = EventCatalog([
        EventShape(
            type: "source.gap",
            summary: "Changes of a source were lost, or cannot be known; it goes on from now.",
            data: .object([
                "source": .leaf, "reason": .leaf, "message": .leaf, "after": .leaf, "from": .leaf, "until": .leaf,
            ])),
        EventShape(
            type: "subject.held",
            summary: "A subject gave too many events in a minute; its deliveries are held.",
            data: .object(["source": .leaf, "subject": .leaf, "type": .leaf, "limit": .leaf])),
        EventShape(
            type: "state.disk_low",
            summary: "There is little room left on the disk of the state file.",
            data: .object(["path": .leaf, "free": .leaf, "size": .leaf, "threshold": .leaf, "message": .leaf])),
        EventShape(
            type: "target.test",
            summary: "An operator asked for one test delivery to a target. It goes to that target only.",
            data: .object(["target": .leaf])),
    ])

    /// - Parameter event: the one by which it was noticed.
    static func held(_ event: CapturedEvent, of source: SourceName, limit: Int, now: Timestamp) -> CapturedEvent {
        CapturedEvent(
            type: "subject.held",
            subject: event.subject,
            time: now,
            data: [
                "source": .string(source.rawValue),
                "subject": .string(event.subject),
                "type": .string(event.type.rawValue),
                "limit": .integer(Int64(limit)),
            ],
            origin: .none)
    }

    static func gap(_ gap: Gap, of source: SourceName, now: Timestamp) -> CapturedEvent {
        CapturedEvent(
            type: "source.gap",
            subject: "source/\(source)",
            time: now,
            data: [
                "source": .string(source.rawValue),
                "reason": .string(gap.reason.rawValue),
                "message": .string(gap.message),
                "after": .integer(gap.after),
                "from": gap.from.map { .string($0.description) } ?? .null,
                "until": .string(gap.until.description),
            ],
            origin: .none)
    }

    static func diskLow(
        _ space: DiskSpace, threshold: Int64, path: String, _ message: String, now: Timestamp
    ) -> CapturedEvent {
        CapturedEvent(
            type: "state.disk_low",
            subject: "state/disk",
            time: now,
            data: [
                "path": .string(path),
                "free": .integer(space.free),
                "size": .integer(space.size),
                "threshold": .integer(threshold),
                "message": .string(message),
            ],
            origin: .none)
    }
}
