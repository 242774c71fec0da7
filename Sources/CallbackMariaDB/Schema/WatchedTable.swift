import CallbackRows

/// One table that is asked for, and how its rows are read at the place where reading stands.
final class WatchedTable {
    let watch: TableWatch
    let name: [UInt8]
    /// What a statement must hold if it is about this table; empty where every statement may be.
    private let needle: [UInt8]
    /// How the table is at this place in the binlog; nil where that must be asked for.
    var schema: SchemaTable?
    /// Why rows cannot be read until the table changes again.
    var blindness: String?
    private var decoder: RowDecoder?
    /// The bytes of the table map that the decoder is for.
    private var description: [UInt8] = []

    init(_ watch: TableWatch) {
        self.watch = watch
        name = Array(watch.table.utf8)
        needle = Self.needle(for: name)
    }

    /// What a statement must hold if it uses a name; empty where that cannot be told: another character set has other
    /// letters, and a backtick is doubled.
    static func needle(for name: [UInt8]) -> [UInt8] {
        let isPlain = name.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: "`") }
        return isPlain ? name.map { ASCIIText.lowercased($0) } : []
    }

    func isMentioned(in statement: UnsafeBufferPointer<UInt8>) -> Bool { ASCIIText.names(statement, needle) }

    /// The decoder for rows that such a table map announces; nil where one must be made.
    func decoder(for event: TableMapEvent) -> RowDecoder? {
        let bytes = event.description
        guard let decoder, bytes.count == description.count, bytes.elementsEqual(description) else { return nil }
        return decoder
    }

    /// Whether the rows of such a table map were found unreadable already.
    func isBlind(for event: TableMapEvent) -> Bool {
        blindness != nil && event.description.elementsEqual(description)
    }

    func use(_ decoder: RowDecoder?, for event: TableMapEvent) {
        self.decoder = decoder
        description = Array(event.description)
    }

    /// The table may look different from here on.
    func forget() {
        schema = nil
        decoder = nil
        blindness = nil
        description = []
    }
}
