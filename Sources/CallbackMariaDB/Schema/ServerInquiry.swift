/// Asks a server on connections that are made when they are needed.
final class ServerInquiry: SchemaInquiry {
    private let connect: (_ readTimeout: UInt32) throws -> MariaDBConnection
    private let serverID: UInt32
    private var characterSets: CharacterSets?

    /// - Parameters:
    ///   - serverID: for looking ahead: another one than that of the stream itself.
    ///   - connect: makes a connection that the source's end interrupts.
    init(serverID: UInt32, connect: @escaping (_ readTimeout: UInt32) throws -> MariaDBConnection) {
        self.serverID = serverID
        self.connect = connect
    }

    func builder() throws -> DecoderBuilder {
        if let characterSets { return DecoderBuilder(characterSets: characterSets) }
        let sets = try CharacterSets(try connect(MariaDBConnection.patience))
        characterSets = sets
        return DecoderBuilder(characterSets: sets)
    }

    func look(
        at table: String,
        since place: GTIDPosition,
        in group: GTID?,
        _ isMeant: (UnsafeBufferPointer<UInt8>) -> Bool
    ) throws -> SchemaAnswer {
        let connection = try connect(MariaDBConnection.patience)
        let tables = try SchemaReader(connection: connection).tables([table])
        // Read after the table was: a change that came in between stands before this position.
        let now = try ServerFacts.position(on: connection)
        let isOfThen = try place.covers(now) || !isTouched(since: place, in: group, until: now, isMeant)
        return SchemaAnswer(schema: tables.first?.value, isOfThen: isOfThen)
    }

    /// Whether a statement between two places of the binlog names the table.
    private func isTouched(
        since place: GTIDPosition,
        in group: GTID?,
        until end: GTIDPosition,
        _ isMeant: (UnsafeBufferPointer<UInt8>) -> Bool
    ) throws -> Bool {
        let stream = try BinlogStream(
            try connect(BinlogStream.readTimeout), after: place, serverID: serverID)
        var parser = EventParser()
        var place = place
        var open: GTIDEvent?
        while !place.covers(end) {
            switch try parser.parse(try stream.next()).event {
            case .gtid(let event): open = event
            case .query(let query):
                if query.endsGroup {
                    if let open { place.advance(to: open.gtid) }
                } else if !query.isBoundary {
                    let matters = open.map { $0.gtid != group && !$0.leavesTable } ?? true
                    if matters, StatementWords(query.statement).kind.mayAlter, isMeant(query.statement) {
                        return true
                    }
                    if let open, open.isStandalone { place.advance(to: open.gtid) }
                }
            case .commit, .xaPrepare:
                if let open { place.advance(to: open.gtid) }
            default: break
            }
        }
        return false
    }
}
