import CallbackCore

/// A table as `information_schema` describes it. It is kept beside the mark, because rows that were written before an
/// ALTER must still be read with the columns of their time.
struct SchemaTable: Hashable, Sendable {
    struct Column: Hashable, Sendable {
        var name: String
        /// Such as `varchar`, in lower case.
        var dataType: String
        /// Such as `int(10) unsigned`.
        var columnType: String
        /// Nil for columns without characters.
        var characterSet: String?
    }

    var columns: [Column]
    /// The names of the primary key's columns, in its order.
    var primaryKey: [String]
}

extension SchemaTable {
    var json: [UInt8] {
        let columns = columns.map { column -> JSONValue in
            [
                "name": .string(column.name), "type": .string(column.dataType), "full": .string(column.columnType),
                "charset": column.characterSet.map { .string($0) } ?? .null,
            ]
        }
        let value: JSONValue = ["columns": .array(columns), "key": .array(primaryKey.map { .string($0) })]
        return Array(value.text.utf8)
    }

    /// Reads back what `json` wrote; nil where it is something else.
    init?(json: [UInt8]) {
        guard let value = try? JSONParser.parse(json), case .array(let elements)? = value["columns"],
            case .array(let key)? = value["key"]
        else { return nil }
        columns = elements.compactMap { element in
            guard let name = element["name"]?.string, let type = element["type"]?.string,
                let full = element["full"]?.string
            else { return nil }
            return Column(
                name: name, dataType: type, columnType: full, characterSet: element["charset"]?.string)
        }
        primaryKey = key.compactMap(\.string)
        guard columns.count == elements.count, primaryKey.count == key.count else { return nil }
    }
}

extension SchemaTable.Column {
    var isUnsigned: Bool { columnType.contains(" unsigned") }

    /// The labels of an ENUM or SET, from its type as SQL writes it.
    var labels: [String] {
        guard let open = columnType.firstIndex(of: "(") else { return [] }
        var labels: [String] = []
        var label: [UInt8]?
        var bytes = Array(columnType[columnType.index(after: open)...].utf8)[...]
        while let byte = bytes.popFirst() {
            guard var text = label else {
                if byte == UInt8(ascii: "'") { label = [] }
                continue
            }
            if byte == UInt8(ascii: "'") {
                guard bytes.first == byte else {
                    labels.append(String(decoding: text, as: UTF8.self))
                    label = nil
                    continue
                }
                bytes.removeFirst()
                text.append(byte)
            } else if byte == UInt8(ascii: "\\"), let next = bytes.popFirst() {
                switch next {
                case UInt8(ascii: "0"): text.append(0)
                case UInt8(ascii: "n"): text.append(0x0A)
                case UInt8(ascii: "r"): text.append(0x0D)
                default: text.append(next)
                }
            } else {
                text.append(byte)
            }
            label = text
        }
        return labels
    }
}
