import CallbackCore
import CallbackRows

/// A difference between what was known of a licence and what is, and the event that tells of it.
struct LicenseChange {
    let id: LicenseID
    let old: LicenseDetails?
    let new: LicenseDetails?

    /// Nil where nothing differs, or where there is nothing left to tell.
    var type: EventType? {
        switch (old, new) {
        case (nil, nil): nil
        case (nil, _?): "license.ordered"
        // Its end was told when its status said so.
        case (let old?, nil): old.isOver ? nil : "license.terminated"
        case (let old?, let new?):
            if new.isOver && !old.isOver {
                "license.terminated"
            } else {
                changed.isEmpty ? nil : "license.updated"
            }
        }
    }

    private var changed: [String] {
        guard let old, let new else { return [] }
        return new.row.changedFields(since: old.row)
    }

    /// - Parameter position: the event's number among all of this source's life.
    func event(_ type: EventType, position: Int64, time: Timestamp) -> CapturedEvent {
        var row = new?.row
        if type == "license.ordered" {
            for name in ["addons", "order_id"] where row?[name] == nil { row?[name] = .null }
        }
        var data = JSONObject()
        data.append("new", row.map { .object($0) } ?? .null)
        data.append("old", old.map { .object($0.row) } ?? .null)
        data.append("changed", .array(changed.map { .string($0) }))
        data.append("operation", .null)
        let redacted = new?.redacted ?? []
        if !redacted.isEmpty { data.append("redacted", .array(redacted.map { .string($0) })) }
        return CapturedEvent(
            type: type, subject: LicenseNumber.subject(of: id.key), time: time, data: .object(data),
            origin: EventOrigin(position: position, nonce: nonce(type), ordinal: 0))
    }

    /// Ties the event's identity to the difference: after a return to an older state file the same difference at the
    /// same position has the same identity, and another one has another.
    private func nonce(_ type: EventType) -> Int64 {
        // FNV-1a
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in "\(type)/\(id.kind.rawValue)/\(id.key)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int64(bitPattern: hash)
    }
}
