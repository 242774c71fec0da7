import CallbackRows

/// Reads the rows of one table as its columns are now.
struct RowDecoder {
    /// One column of the binlog.
    struct Column {
        var coding: ValueCoding
        /// Sensitive columns are passed over and never copied.
        var isWanted: Bool
    }

    let layout: RowLayout
    private let columns: [Column]

    init(layout: RowLayout, columns: [Column]) {
        self.layout = layout
        self.columns = columns
    }

    /// Hands over the rows of an event one by one.
    /// - Parameters:
    ///   - data: the rows' bytes, without compression.
    ///   - take: gets the row's number in the event, its values before and after.
    /// - Throws: `EventDamage`, or what `take` throws.
    func rows(
        of event: RowsEvent,
        _ data: UnsafeBufferPointer<UInt8>,
        skipping first: Int,
        _ take: (_ number: Int, _ old: [RowValue], _ new: [RowValue]) throws -> Void
    ) throws {
        guard event.columnCount == columns.count else {
            throw EventDamage("rows have another number of columns than their table")
        }
        var reader = ValueReader(cursor: ByteCursor(data))
        var number = 0
        while !reader.cursor.isAtEnd {
            let isNew = number >= first
            switch event.kind {
            case .insert:
                let new = try image(&reader, isRead: isNew)
                if isNew { try take(number, [], new) }
            case .delete:
                let old = try image(&reader, isRead: isNew)
                if isNew { try take(number, old, []) }
            case .update:
                let old = try image(&reader, isRead: isNew)
                let new = try image(&reader, isRead: isNew)
                if isNew { try take(number, old, new) }
            }
            number += 1
        }
    }

    /// One row: a bit for each column that is NULL, then the values of the others.
    private func image(_ reader: inout ValueReader, isRead: Bool) throws(EventDamage) -> [RowValue] {
        let nulls = try reader.cursor.bytes((columns.count + 7) / 8)
        var values: [RowValue] = []
        if isRead { values.reserveCapacity(layout.columns.count) }
        for index in columns.indices {
            let isWanted = isRead && columns[index].isWanted
            if nulls[index >> 3] & (1 << UInt8(index & 7)) != 0 {
                if isWanted { values.append(.null) }
            } else if isWanted {
                values.append(try reader.value(columns[index].coding))
            } else {
                try reader.skip(columns[index].coding)
            }
        }
        return values
    }
}
