import CallbackCore
import CallbackRows

/// How the watched tables look at the place where the binlog is read.
///
/// The server can only be asked how a table looks now, which may be later than that place. What was asked is believed
/// for as long as no statement in the binlog touches the table; between the place and the moment of asking the binlog
/// is looked through for such a statement. So a row is read with the columns of its time, or not at all.
final class TableShelf {
    /// The table of the source's memory that keeps how tables look. No panel's table is called so: names do not end
    /// with a space.
    static let memory = "schema "

    /// Asks and looks, on connections of its own.
    private let inquiry: any SchemaInquiry
    private let database: [UInt8]
    private let tables: [WatchedTable]
    private let areNamesFolded: Bool
    /// What changed in what is to be remembered since it was taken.
    private var changes: [NameChange] = []

    /// - Parameter areNamesFolded: whether the server takes capitals in names as small letters.
    init(
        _ watches: [TableWatch],
        database: String,
        areNamesFolded: Bool,
        inquiry: any SchemaInquiry
    ) {
        self.inquiry = inquiry
        self.areNamesFolded = areNamesFolded
        self.database = Array(database.utf8)
        tables = watches.map { WatchedTable($0) }
    }

    var names: [String] { tables.map(\.watch.table) }

    /// Takes back what was remembered beside the mark.
    func restore(_ names: [NameChange]) {
        for name in names where name.table == Self.memory {
            guard let table = tables.first(where: { $0.watch.table == name.key }) else { continue }
            table.schema = name.row.flatMap { SchemaTable(json: $0) }
        }
    }

    /// Takes how tables look where reading begins.
    func begin(with schemas: [String: SchemaTable]) {
        for table in tables {
            table.forget()
            table.schema = schemas.first { isSame($0.key, table.watch.table) }?.value
            remember(table)
        }
    }

    /// What is to be saved with the next batch.
    func takeChanges() -> [NameChange] {
        defer { changes = [] }
        return changes
    }

    /// All that is to be remembered.
    var memory: [NameChange] {
        tables.filter { $0.schema != nil }.map { memory(of: $0) }
    }

    /// One for looking ahead, which begins with what is known here.
    func copy() -> TableShelf {
        let copy = TableShelf(
            tables.map(\.watch), database: String(decoding: database, as: UTF8.self), areNamesFolded: areNamesFolded,
            inquiry: inquiry)
        for (table, own) in zip(copy.tables, tables) { table.schema = own.schema }
        return copy
    }

    /// The table that an announcement is about, where it is watched.
    func table(of event: TableMapEvent) -> WatchedTable? {
        guard isSame(event.database, database) else { return nil }
        return tables.first { isSame(event.table, $0.name) }
    }

    /// The decoder for the rows that are announced; nil where they cannot be read: then the table says why.
    /// - Parameters:
    ///   - place: what was read completely.
    ///   - group: the transaction that is read. Where it creates the table, it did so before.
    func decoder(
        of table: WatchedTable,
        for event: TableMapEvent,
        at place: GTIDPosition,
        in group: GTID?
    ) throws -> RowDecoder? {
        if let decoder = table.decoder(for: event) { return decoder }
        if table.isBlind(for: event) { return nil }
        table.blindness = nil
        let map: TableMap
        do {
            map = try event.map()
        } catch {
            // The event as a whole has its checksum: a type of a later server.
            table.use(nil, for: event)
            table.blindness = error.description
            return nil
        }
        let builder = try inquiry.builder()
        var mismatch: SchemaMismatch?
        if let schema = table.schema {
            do throws(SchemaMismatch) {
                let decoder = try builder.decoder(for: table.watch, map, schema)
                table.use(decoder, for: event)
                return decoder
            } catch {
                mismatch = error
            }
        }
        // Unknown here, or not as it was: how does it look now, and was it so at this place?
        let answer = try inquiry.look(at: table.watch.table, since: place, in: group) { table.isMentioned(in: $0) }
        do throws(SchemaMismatch) {
            guard let schema = answer.schema else {
                throw SchemaMismatch(words: "it does not exist any more, or the user may not see it")
            }
            guard answer.isOfThen else {
                throw mismatch ?? SchemaMismatch(words: "it was altered again before callbackd could look at it")
            }
            let decoder = try builder.decoder(for: table.watch, map, schema)
            table.schema = schema
            table.use(decoder, for: event)
            remember(table)
            return decoder
        } catch {
            table.use(nil, for: event)
            table.blindness = error.words
            return nil
        }
    }

    /// A statement that may have changed tables: those that it names are asked for again.
    func forgetTables(in query: QueryEvent) {
        for table in tables where table.isMentioned(in: query.statement) {
            let wasKnown = table.schema != nil
            table.forget()
            if wasKnown { remember(table) }
        }
    }

    /// Nothing of what was known holds any more.
    func forgetAll() {
        for table in tables where table.schema != nil {
            table.forget()
            remember(table)
        }
    }

    /// Whether a statement about a database is about the watched one.
    func namesDatabase(_ query: QueryEvent) -> Bool {
        ASCIIText.names(query.statement, WatchedTable.needle(for: database))
    }

    /// The watched tables that a statement names.
    func tables(in query: QueryEvent) -> [String] {
        tables.filter { $0.isMentioned(in: query.statement) }.map(\.watch.table)
    }

    /// Whether a statement is about the watched database.
    func concerns(_ query: QueryEvent) -> Bool {
        isSame(query.database, database)
            || ASCIIText.names(query.statement, WatchedTable.needle(for: database))
    }

    private func remember(_ table: WatchedTable) {
        changes.removeAll { $0.key == table.watch.table }
        changes.append(memory(of: table))
    }

    private func memory(of table: WatchedTable) -> NameChange {
        NameChange(table: Self.memory, key: table.watch.table, row: table.schema?.json)
    }

    private func isSame(_ name: UnsafeBufferPointer<UInt8>, _ wanted: [UInt8]) -> Bool {
        guard name.count == wanted.count else { return false }
        if name.elementsEqual(wanted) { return true }
        return areNamesFolded && zip(name, wanted).allSatisfy { ASCIIText.lowercased($0) == ASCIIText.lowercased($1) }
    }

    private func isSame(_ name: String, _ wanted: String) -> Bool {
        name == wanted || areNamesFolded && name.lowercased() == wanted.lowercased()
    }
}

/// Asks the server how tables look.
protocol SchemaInquiry {
    func builder() throws -> DecoderBuilder

    /// - Parameters:
    ///   - place: what was read of the binlog.
    ///   - group: the transaction behind it, of which nothing matters.
    ///   - isMeant: whether a statement names the table.
    func look(
        at table: String,
        since place: GTIDPosition,
        in group: GTID?,
        _ isMeant: (UnsafeBufferPointer<UInt8>) -> Bool
    ) throws -> SchemaAnswer
}

/// How a table looks now, and whether it looked so already where the binlog is read.
struct SchemaAnswer {
    /// Nil where there is no such table.
    var schema: SchemaTable?
    var isOfThen: Bool
}
