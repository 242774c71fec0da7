import CMariaDB
import CallbackRows

/// One row of the log.
struct ChangeLogRow {
    let seq: UInt64
    let nonce: Int64
    let milliseconds: Int64
    /// Nil where it is not as our triggers write it, or where a trigger could not write down what happened.
    let change: RowChange?
    /// The table, where it is known.
    let table: String?
    let operation: ChangeLog.Operation?

    /// What is to be said of a row that tells no change.
    var loss: String {
        let table = table ?? "some table"
        return operation == .unrecorded
            ? "the triggers of \(table) were missing until they were installed again: what changed meanwhile is not known"
            : "a change of \(table) was recorded without its values: a trigger found other columns than it was made "
                + "for, or somebody else wrote into the log"
    }
}

/// Reads rows of the log, each with the columns of its time.
struct ChangeLogReader {
    typealias Reader = (layout: RowLayout, kinds: [RowImage.Kind])

    private let readers: [Int: Reader]
    private let log: String
    /// Holds where the log is still ours: it can be taken over while this reads.
    private let isOurs: String

    /// - Parameter owner: who reads, as the log names it.
    init(for owner: String, on connection: MariaDBConnection) throws(MariaDBError) {
        let database = connection.address.database.sqlName
        log = "\(database).\(ChangeLog.log)"
        isOurs = "(SELECT owner FROM \(database).\(ChangeLog.owner) WHERE id = 1) = \(owner.sqlText)"
        readers = Dictionary(
            try ChangeLogState.layouts(on: connection).map { ($0.id, $0.table.reader) },
            uniquingKeysWith: { first, _ in first })
    }

    /// The first rows of the log that are read together.
    struct Page {
        /// Their numbers. A row with a lower one may be committed before they are read.
        var numbers: [String] = []
        /// Whether a row has a layout that came after this reader was made.
        var hasNewLayout = false
        /// Whether the log holds no more than these.
        var isAll = true
    }

    /// As many of the first rows as are together not too heavy.
    func page(of most: Int, bytes: Int, on connection: MariaDBConnection) throws(MariaDBError) -> Page {
        var page = Page()
        var weight = 0
        try connection.query(
            "SELECT seq, IFNULL(LENGTH(old), 0) + IFNULL(LENGTH(new), 0), layout FROM \(log) WHERE \(isOurs) "
                + "ORDER BY seq LIMIT \(most)"
        ) { row in
            weight += row.text(1).flatMap { Int($0) } ?? 0
            guard page.numbers.isEmpty || weight <= bytes else {
                page.isAll = false
                return
            }
            page.numbers.append(row.text(0) ?? "")
            if let layout = row.text(2).flatMap({ Int($0) }), readers[layout] == nil { page.hasNewLayout = true }
        }
        if page.numbers.count == most { page.isAll = false }
        return page
    }

    /// Hands over the rows of a page, in their order.
    func rows(
        of page: Page,
        on connection: MariaDBConnection,
        _ take: (ChangeLogRow) -> Void
    ) throws(MariaDBError) {
        let numbers = page.numbers.joined(separator: ",")
        try connection.query(
            "SELECT seq, nonce, at, layout, op, old, new FROM \(log) WHERE seq IN (\(numbers)) ORDER BY seq"
        ) { take(row($0)) }
    }

    /// Hands over all rows, the last one first.
    func rowsFromTheEnd(on connection: MariaDBConnection, _ take: (ChangeLogRow) -> Void) throws(MariaDBError) {
        try connection.query("SELECT seq, nonce, at, layout, op, old, new FROM \(log) ORDER BY seq DESC") {
            take(row($0))
        }
    }

    private func row(_ row: ResultRow) -> ChangeLogRow {
        let seq = row.text(0).flatMap { UInt64($0) } ?? 0
        let nonce = row.text(1).flatMap { Int64($0) } ?? 0
        let milliseconds = row.text(2).flatMap { Int64($0) } ?? 0
        let reader = row.text(3).flatMap { Int($0) }.flatMap { readers[$0] }
        let operation = row.text(4).flatMap { Int($0) }.flatMap { ChangeLog.Operation(rawValue: $0) }
        let place = RowPlace(position: Int64(clamping: seq), nonce: nonce, milliseconds: milliseconds)
        return ChangeLogRow(
            seq: seq, nonce: nonce, milliseconds: milliseconds,
            change: reader.flatMap { change(row, operation, $0, place) }, table: reader?.layout.table,
            operation: operation)
    }

    private func change(
        _ row: ResultRow,
        _ operation: ChangeLog.Operation?,
        _ reader: Reader,
        _ place: RowPlace
    ) -> RowChange? {
        func values(_ column: Int) -> [RowValue]? { row.bytes(column).flatMap { RowImage.values($0, reader.kinds) } }
        switch operation {
        case .inserted:
            return values(6).map { RowChange(place: place, layout: reader.layout, kind: .inserted, old: [], new: $0) }
        case .deleted:
            return values(5).map { RowChange(place: place, layout: reader.layout, kind: .deleted, old: $0, new: []) }
        case .updated:
            guard let old = values(5), let new = values(6) else { return nil }
            return RowChange(place: place, layout: reader.layout, kind: .updated, old: old, new: new)
        case .unrecorded, .failed, nil: return nil
        }
    }
}
