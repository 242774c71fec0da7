import CMariaDB

/// Takes packets of the binlog apart, verifying each one's checksum.
struct EventParser {
    private var format: FormatDescription?
    private let inflater = Inflater()

    /// - Parameter packet: one event from its header on.
    /// - Throws: `EventDamage` where it is not as MariaDB writes events.
    mutating func parse(
        _ packet: UnsafeBufferPointer<UInt8>
    ) throws(EventDamage) -> (header: EventHeader, event: BinlogEvent) {
        var cursor = ByteCursor(packet)
        let header = try EventHeader(&cursor)
        switch header.kind {
        case .formatDescription:
            let found = try FormatDescription(header, &cursor)
            if found.hasChecksums, !Self.endsWithChecksum(packet) { throw Self.wrongChecksum }
            format = found
            return (header, .formatDescription(found))
        case .rotate:
            // The one before the format description has a checksum or not, as the server had it when we connected.
            if Self.endsWithChecksum(packet) { try cursor.cut(4) }
            try cursor.skip(8)
            return (header, .rotate(file: String(decoding: cursor.rest, as: UTF8.self)))
        default: break
        }
        guard let format else { throw EventDamage("the binlog does not begin with its format") }
        if format.hasChecksums {
            guard Self.endsWithChecksum(packet) else { throw Self.wrongChecksum }
            try cursor.cut(4)
        }
        return (header, try event(header, &cursor))
    }

    private func event(_ header: EventHeader, _ cursor: inout ByteCursor) throws(EventDamage) -> BinlogEvent {
        switch header.kind {
        case .gtid: return .gtid(try GTIDEvent(header, &cursor))
        case .gtidList:
            // The server makes up others, which say where reading begins.
            guard header.seconds != 0 else { return .other }
            return .gtidList(try GTIDPosition(listed: &cursor))
        case .tableMap: return .tableMap(try TableMapEvent(&cursor))
        case .writeRows: return .rows(try RowsEvent(.insert, isCompressed: false, &cursor))
        case .updateRows: return .rows(try RowsEvent(.update, isCompressed: false, &cursor))
        case .deleteRows: return .rows(try RowsEvent(.delete, isCompressed: false, &cursor))
        case .compressedWriteRows: return .rows(try RowsEvent(.insert, isCompressed: true, &cursor))
        case .compressedUpdateRows: return .rows(try RowsEvent(.update, isCompressed: true, &cursor))
        case .compressedDeleteRows: return .rows(try RowsEvent(.delete, isCompressed: true, &cursor))
        case .query: return .query(try QueryEvent(&cursor, inflater: nil))
        case .compressedQuery: return .query(try QueryEvent(&cursor, inflater: inflater))
        case .executeLoadQuery: return .query(try QueryEvent(&cursor, inflater: nil, isLoad: true))
        case .xid: return .commit
        case .heartbeat: return .heartbeat
        case .incident: return .incident
        case .xaPrepare: return .xaPrepare
        case .writeRowsOfMySQL, .updateRowsOfMySQL, .deleteRowsOfMySQL, .partialUpdateOfMySQL:
            throw EventDamage("the binlog has rows as MySQL writes them")
        case .annotateRows, .formatDescription, .rotate: return .other
        case nil:
            let isKnown = header.isIgnorable || EventKind.meaningless.contains(header.code)
            return isKnown ? .other : .unknown(header.code)
        }
    }

    /// The rows of an event as they are without compression. Valid until the next call.
    func data(of rows: RowsEvent) throws(EventDamage) -> UnsafeBufferPointer<UInt8> {
        rows.isCompressed ? try inflater.inflate(rows.data) : rows.data
    }

    private static let wrongChecksum = EventDamage("an event does not have the checksum that stands in it")

    private static func endsWithChecksum(_ packet: UnsafeBufferPointer<UInt8>) -> Bool {
        guard packet.count >= EventHeader.length + 4, let start = packet.baseAddress else { return false }
        let count = packet.count - 4
        let stated = UInt32(littleEndian: UnsafeRawPointer(start + count).loadUnaligned(as: UInt32.self))
        return UInt32(truncatingIfNeeded: crc32_z(0, start, count)) == stated
    }
}
