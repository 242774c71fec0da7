/// The kinds of events that are looked into. Numbers from MariaDB's `log_event.h`.
enum EventKind: UInt8 {
    case query = 2
    case rotate = 4
    case formatDescription = 15
    case xid = 16
    case executeLoadQuery = 18
    case tableMap = 19
    case writeRows = 23
    case updateRows = 24
    case deleteRows = 25
    case incident = 26
    case heartbeat = 27
    case writeRowsOfMySQL = 30
    case updateRowsOfMySQL = 31
    case deleteRowsOfMySQL = 32
    case xaPrepare = 38
    case partialUpdateOfMySQL = 39
    case annotateRows = 160
    case gtid = 162
    case gtidList = 163
    case compressedQuery = 165
    case compressedWriteRows = 166
    case compressedUpdateRows = 167
    case compressedDeleteRows = 168

    /// Kinds that say nothing of rows and tables: the ends of files, values that statements use, pieces of files that
    /// they load, and the server's own notes.
    static let meaningless: Set<UInt8> = [0, 3, 5, 8, 9, 11, 13, 14, 17, 28, 29, 161, 164]
}

/// What every event begins with.
struct EventHeader {
    static let length = 19

    /// Seconds since 1970; 0 in events that the server makes up for its reader.
    let seconds: UInt32
    /// Nil for the kinds that mean nothing here, or that are not known.
    let kind: EventKind?
    let code: UInt8
    /// Whether the server lets readers pass it over.
    let isIgnorable: Bool
    let server: UInt32

    init(_ cursor: inout ByteCursor) throws(EventDamage) {
        let length = cursor.remaining
        seconds = try cursor.number()
        code = try cursor.byte()
        kind = EventKind(rawValue: code)
        server = try cursor.number()
        let stated = try cursor.number(UInt32.self)
        guard stated == UInt32(truncatingIfNeeded: length) else {
            throw EventDamage("an event has another length than it says")
        }
        // The next event's place.
        try cursor.skip(4)
        isIgnorable = try cursor.number(UInt16.self) & 0x80 != 0
    }
}
