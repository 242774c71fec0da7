import CallbackRows

/// What `information_schema` says does not fit what the binlog says, or cannot be read here.
struct SchemaMismatch: Error {
    let words: String
}

/// Puts together what the binlog says of a table and what the server says of it.
///
/// The binlog knows types, and with `binlog_row_metadata=FULL` names, signs, character sets and labels.
/// `information_schema` knows all of it as it is at another moment, and alone tells UUID and addresses from bytes.
struct DecoderBuilder {
    let characterSets: CharacterSets

    /// - Throws: `SchemaMismatch`.
    func decoder(for watch: TableWatch, _ map: TableMap, _ schema: SchemaTable) throws(SchemaMismatch) -> RowDecoder {
        guard map.columns.count - map.hidden == schema.columns.count else {
            throw SchemaMismatch(words: "it has another number of columns now")
        }
        var columns: [RowDecoder.Column] = []
        var names: [String] = []
        var redacted: [String] = []
        for index in schema.columns.indices {
            let declared = schema.columns[index]
            if map.metadata.hasNames, map.metadata.names[index] != declared.name {
                throw SchemaMismatch(words: "its column \(map.metadata.names[index]) is called \(declared.name) now")
            }
            let isSensitive = watch.isSensitive(declared.name)
            let column = ColumnFacts(map: map, index: index, declared: declared, characterSets: characterSets)
            do {
                columns.append(RowDecoder.Column(coding: try column.coding(), isWanted: !isSensitive))
            } catch let damage as EventDamage {
                throw SchemaMismatch(words: "its column \(declared.name) cannot be read: \(damage)")
            } catch let mismatch as SchemaMismatch {
                throw mismatch
            } catch {
                throw SchemaMismatch(words: "\(error)")
            }
            if isSensitive { redacted.append(declared.name) } else { names.append(declared.name) }
        }
        // What keys over long texts are kept by. They stand at the end.
        for _ in 0..<map.hidden { columns.append(.init(coding: .unsigned(bytes: 8), isWanted: false)) }
        let missing = watch.missingSensitive(among: schema.columns.map(\.name))
        guard missing.isEmpty else {
            throw SchemaMismatch(
                words: "it has no column \(missing.joined(separator: ", ")), which is called sensitive: "
                    + "correct `sensitive`")
        }
        var layout = RowLayout(
            table: watch.table, columns: names, hasHiddenRowID: false, identity: [], redacted: redacted)
        let key = watch.key.isEmpty ? schema.primaryKey : watch.key
        layout.identity = key.compactMap { layout.place(of: $0) }
        guard layout.identity.count == key.count else {
            throw SchemaMismatch(words: "it has not all columns of its key: correct `key`")
        }
        // A profile knows by itself what names a row.
        if case .named = watch.redaction, key.isEmpty {
            throw SchemaMismatch(words: "it has no primary key: write `key:` with the columns that name a row")
        }
        return RowDecoder(layout: layout, columns: columns)
    }
}

/// One column by both descriptions.
private struct ColumnFacts {
    let map: TableMap
    let index: Int
    let declared: SchemaTable.Column
    let characterSets: CharacterSets

    private var column: TableMap.Column { map.columns[index] }
    private var metadata: TableMetadata { map.metadata }

    func coding() throws -> ValueCoding {
        switch column.type {
        case .tiny: return try number(1, ["tinyint", "boolean", "bool"])
        case .short: return try number(2, ["smallint"])
        case .medium: return try number(3, ["mediumint"])
        case .long: return try number(4, ["int", "integer"])
        case .longLong: return try number(8, ["bigint"])
        case .float: return try sure(.float, ["float"])
        case .double: return try sure(.double, ["double", "real"])
        case .newDecimal:
            let coding = try DecimalCoding(precision: Int(column.first), scale: Int(column.second))
            let stated = "(\(column.first),\(column.second))"
            guard declared.columnType.contains(stated) else { throw changed }
            return try sure(.decimal(coding), ["decimal", "numeric"])
        case .year: return try sure(.year, ["year"])
        case .date, .newDate: return try sure(.date, ["date"])
        case .time2: return try sure(.time(try fraction()), ["time"])
        case .datetime2: return try sure(.datetime(try fraction()), ["datetime"])
        case .timestamp2: return try sure(.timestamp(try fraction()), ["timestamp"])
        case .time: return try old(.oldTime, "time")
        case .datetime: return try old(.oldDatetime, "datetime")
        case .timestamp: return try old(.oldTimestamp, "timestamp")
        case .bit:
            let bits = Int(column.first) + Int(column.second) * 8
            guard (1...64).contains(bits), declared.columnType == "bit(\(bits))" else { throw changed }
            return try sure(.bit(bytes: (bits + 7) / 8), ["bit"])
        case .enumeration:
            guard (1...2).contains(column.first) else { throw EventDamage("an ENUM has an impossible width") }
            return try sure(.enumeration(bytes: Int(column.first), try labels()), ["enum"])
        case .set:
            guard (1...8).contains(column.first) else { throw EventDamage("a SET has an impossible width") }
            return try sure(.set(bytes: Int(column.first), try labels()), ["set"])
        case .varchar, .varString, .string, .blob, .geometry, .compressedBlob, .compressedVarchar:
            return try characters()
        case .null: throw EventDamage("it has no type")
        }
    }

    private var changed: SchemaMismatch {
        SchemaMismatch(words: "its column \(declared.name) is \(declared.columnType) now, and was something else")
    }

    private func sure(_ coding: ValueCoding, _ types: Set<String>) throws(SchemaMismatch) -> ValueCoding {
        guard types.contains(declared.dataType) else { throw changed }
        return coding
    }

    private func number(_ bytes: Int, _ types: Set<String>) throws(SchemaMismatch) -> ValueCoding {
        let isUnsigned = metadata.isUnsigned[index] ?? declared.isUnsigned
        guard isUnsigned == declared.isUnsigned else { throw changed }
        return try sure(isUnsigned ? .unsigned(bytes: bytes) : .integer(bytes: bytes), types)
    }

    private func fraction() throws(EventDamage) -> Int {
        guard column.first <= 6 else { throw EventDamage("a time has more than six digits after the second") }
        return Int(column.first)
    }

    /// Times as old servers wrote them; with fractions they had a form that nobody writes any more.
    private func old(_ coding: ValueCoding, _ type: String) throws -> ValueCoding {
        guard declared.columnType == type else {
            throw EventDamage("times with fractions in the format of MariaDB 5.3 are not read: rebuild the table")
        }
        return try sure(coding, [type])
    }

    private func labels() throws(SchemaMismatch) -> LabelSet {
        guard let stated = metadata.labels[index], let id = metadata.collations[index] else {
            return LabelSet(declared.labels.map { .text($0) })
        }
        guard let set = characterSets.name(ofCollation: id) else { throw unknownSet("\(id)") }
        // A column of BINARY labels has them as bytes; they are texts all the same where they can be.
        guard let coding = set == "binary" ? .utf8 : characterSets.coding(set) else { throw unknownSet(set) }
        return LabelSet(stated.map { label in label.withUnsafeBufferPointer { coding.value($0) } })
    }

    private func unknownSet(_ name: String) -> SchemaMismatch {
        SchemaMismatch(words: "its column \(declared.name) has the character set \(name), which is not known here")
    }

    // MARK: Characters and bytes

    private func characters() throws -> ValueCoding {
        let set = try characterSet()
        switch column.type {
        case .geometry:
            guard Self.geometries.contains(declared.dataType) else { throw changed }
            return .bytes(lengthBytes: try lengthBytes())
        case .blob:
            guard declared.dataType.hasSuffix(set == nil ? "blob" : "text"), lengthOfBlob == Int(column.first) else {
                throw changed
            }
            return try run(lengthBytes(), set)
        case .compressedBlob, .compressedVarchar:
            let width = column.type == .compressedBlob ? try lengthBytes() : width > 255 ? 2 : 1
            return .compressed(lengthBytes: width, try set.map { try coding($0) })
        case .string: return try fixed(set)
        default:
            guard ["varchar", "varbinary", "char", "binary"].contains(declared.dataType) else { throw changed }
            return try run(width > 255 ? 2 : 1, set)
        }
    }

    private static let geometries: Set<String> = [
        "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon",
        "geometrycollection", "geomcollection",
    ]

    /// CHAR and BINARY, and the types that are kept as BINARY.
    private func fixed(_ set: String?) throws -> ValueCoding {
        switch declared.dataType {
        case "uuid" where width == 16: return .uuid
        case "inet6" where width == 16: return .inet6
        case "inet4" where width == 4: return .inet4
        case "binary":
            guard declared.columnType == "binary(\(width))" else { throw changed }
            return .padded(lengthBytes: width > 255 ? 2 : 1, width: width)
        case "char", "varchar": return try run(width > 255 ? 2 : 1, set)
        default: throw changed
        }
    }

    private func run(_ lengthBytes: Int, _ set: String?) throws(SchemaMismatch) -> ValueCoding {
        guard let set else { return .bytes(lengthBytes: lengthBytes) }
        return .text(lengthBytes: lengthBytes, try coding(set))
    }

    private func coding(_ set: String) throws(SchemaMismatch) -> CharacterCoding {
        guard let coding = characterSets.coding(set) else { throw unknownSet(set) }
        return coding
    }

    /// The column's character set; nil for bytes.
    private func characterSet() throws(SchemaMismatch) -> String? {
        guard let id = metadata.collations[index] else { return declared.characterSet }
        guard let name = characterSets.name(ofCollation: id) else { throw unknownSet("\(id)") }
        return name == "binary" ? nil : name
    }

    /// Bytes that a value has at most.
    private var width: Int { Int(column.first) | Int(column.second) << 8 }

    private func lengthBytes() throws(EventDamage) -> Int {
        guard (1...4).contains(column.first) else { throw EventDamage("a BLOB has an impossible width") }
        return Int(column.first)
    }

    private var lengthOfBlob: Int {
        switch declared.dataType.dropLast(4) {
        case "tiny": 1
        case "medium": 3
        case "long": 4
        default: 2
        }
    }
}
