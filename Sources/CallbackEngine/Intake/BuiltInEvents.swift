package import CallbackCore
import CallbackStore

/// Events about callbackd itself, which go through the same rules as the panel's.
package enum BuiltInEvents {
    /// What stands as the source of those that no source gave.
    static let source: SourceName = "callbackd"

    static let deadType: EventType = "delivery.dead"

    package static let catalog = EventCatalog([
        EventShape(
            type: "source.gap",
            summary: "Changes of a source were lost, or cannot be known; it goes on from now.",
            data: .object([
                "source": .leaf, "reason": .leaf, "message": .leaf, "after": .leaf, "from": .leaf, "until": .leaf,
            ])),
        EventShape(
            type: "source.lagging",
            summary: "Changes of a source have not been taken in for longer than limits: source-lag.",
            data: .object([
                "source": .leaf, "since": .leaf, "changes": .leaf, "limit_seconds": .leaf, "message": .leaf,
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
            type: "target.disabled",
            summary: "Nothing is sent to a target any more, until an operator enables it.",
            data: .object(["target": .leaf, "reason": .leaf, "message": .leaf, "since": .leaf])),
        EventShape(
            type: "target.recovered",
            summary: "A target that was disabled has taken a delivery.",
            data: .object(["target": .leaf])),
        EventShape(
            type: deadType,
            summary: "A delivery has failed for good and stands among the dead letters.",
            data: .object([
                "delivery": .leaf, "target": .leaf, "rule": .leaf, "reason": .leaf, "message": .leaf, "code": .leaf,
                "attempts": .leaf,
                "event": .object(["id": .leaf, "type": .leaf, "subject": .leaf, "sequence": .leaf]),
            ])),
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

    static func lagging(
        _ lag: SourceLag, of source: SourceName, limit: Duration, _ message: String, now: Timestamp
    ) -> CapturedEvent {
        CapturedEvent(
            type: "source.lagging",
            subject: "source/\(source)",
            time: now,
            data: [
                "source": .string(source.rawValue),
                "since": .string(lag.since.description),
                "changes": .integer(lag.changes),
                "limit_seconds": .integer(limit.milliseconds / 1000),
                "message": .string(message),
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

    /// What a change of a target's health raises.
    static func target(_ target: TargetName, _ change: TargetHealth.Change, now: Timestamp) -> [CapturedEvent] {
        switch change {
        case .opened, .closed: []
        case .disabled(let disabled):
            [
                CapturedEvent(
                    type: "target.disabled", subject: "target/\(target)", time: now,
                    data: [
                        "target": .string(target.rawValue), "reason": .string(disabled.reason.rawValue),
                        "message": .string(disabled.words), "since": .string(disabled.since.description),
                    ],
                    origin: .none)
            ]
        case .recovered:
            [
                CapturedEvent(
                    type: "target.recovered", subject: "target/\(target)", time: now,
                    data: ["target": .string(target.rawValue)], origin: .none)
            ]
        }
    }

    static func dead(
        _ delivery: QueuedDelivery,
        rule: RuleName,
        target: TargetName,
        _ report: AttemptReport,
        _ reason: DeadReason,
        now: Timestamp
    ) -> CapturedEvent {
        let event: JSONValue =
            delivery.event.map { event in
                [
                    "id": .string(event.id.rawValue), "type": .string(event.type.rawValue),
                    "subject": .string(event.subject), "sequence": .integer(event.sequence),
                ]
            } ?? .null
        return CapturedEvent(
            type: deadType, subject: "delivery/\(delivery.id)", time: now,
            data: [
                "delivery": .string(delivery.id.description), "target": .string(target.rawValue),
                "rule": .string(rule.rawValue), "reason": .string(reason.rawValue),
                "message": .string(report.reason), "code": report.code.map { .integer(Int64($0)) } ?? .null,
                "attempts": .integer(Int64(delivery.attempts + 1)), "event": event,
            ],
            origin: .none)
    }
}
