/// The trigger that records one kind of change of one table.
///
/// It must not be able to fail, and it changes nothing for the panel: an error inside is caught and leaves a row that
/// says so. A row's values stand in one field, each with its length before it, so that no width and no type is too much.
struct CaptureTrigger {
    /// Bytes of one value that are recorded; of a larger one its length and a hash are.
    static let largestValue = 1 << 20

    let database: String
    let table: String
    let layout: Int
    let columns: [SchemaTable.Column]
    let operation: ChangeLog.Operation

    /// A name of its own for each table and kind, whatever the table's length is.
    var name: String { Self.name(table: table, operation) }

    static func name(table: String, _ operation: ChangeLog.Operation) -> String {
        let ending = operation == .inserted ? "_i" : operation == .updated ? "_u" : "_d"
        var hash: UInt32 = 0x811C_9DC5
        for byte in table.utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        // Names have 64 characters at most.
        let short = table.count > 50 ? "\(table.prefix(40))_\(String(hash, radix: 36))" : table
        return ChangeLog.prefix + short + ending
    }

    /// The whole statement. It replaces an older trigger of the same name in one step.
    var sql: String {
        "CREATE OR REPLACE TRIGGER \(database.sqlName).\(name.sqlName) AFTER \(occasion) ON "
            + "\(database.sqlName).\(table.sqlName) FOR EACH ROW \(body)"
    }

    /// What the server shows of it as its action.
    var body: String {
        let log = "\(database.sqlName).\(ChangeLog.log)"
        let failure =
            "BEGIN DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN END; "
            + "\(Self.note(.failed, layout: layout, in: database)); END"
        return "BEGIN DECLARE CONTINUE HANDLER FOR SQLEXCEPTION \(failure); INSERT INTO \(log) (nonce, at, layout, op, "
            + "old, new) VALUES (\(Self.nonce), \(Self.now), \(layout), \(operation.rawValue), "
            + "\(operation == .inserted ? "NULL" : image("OLD")), \(operation == .deleted ? "NULL" : image("NEW"))); END"
    }

    /// A row of the log without values.
    static func note(_ operation: ChangeLog.Operation, layout: Int, in database: String) -> String {
        "INSERT INTO \(database.sqlName).\(ChangeLog.log) (nonce, at, layout, op) "
            + "VALUES (\(nonce), \(now), \(layout), \(operation.rawValue))"
    }

    private var occasion: String {
        switch operation {
        case .inserted, .unrecorded, .failed: "INSERT"
        case .updated: "UPDATE"
        case .deleted: "DELETE"
        }
    }

    private static let nonce = "CAST(FLOOR(RAND() * 4611686018427387904) AS SIGNED)"
    private static let now = "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)"

    private func image(_ side: String) -> String {
        "CONCAT(\(columns.map { Self.field($0, side) }.joined(separator: ", ")))"
    }

    private static func field(_ column: SchemaTable.Column, _ side: String) -> String {
        let name = "\(side).\(column.name.sqlName)"
        let bytes = bytes(column, name)
        let value = "CONCAT(LENGTH(\(bytes)), ':', \(bytes))"
        // A value that is too long for the server to put together is NULL as well, and must not look like none.
        guard column.mayBeLarge else { return "IF(\(name) IS NULL, '-', \(value))" }
        return "CASE WHEN \(name) IS NULL THEN '-' WHEN LENGTH(\(bytes)) > \(largestValue) "
            + "THEN CONCAT('L', LENGTH(\(bytes)), ':', MD5(\(bytes))) ELSE \(value) END"
    }

    /// The value as bytes: texts as UTF-8, numbers and times in the server's digits, times of day in UTC.
    private static func bytes(_ column: SchemaTable.Column, _ name: String) -> String {
        switch column.dataType {
        case "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set", "json":
            "CAST(CONVERT(\(name) USING utf8mb4) AS BINARY)"
        case "timestamp": utc(column, name)
        case "uuid", "inet4", "inet6": "CAST(CAST(\(name) AS CHAR) AS BINARY)"
        // All digits: the server prints six.
        case "float": "CAST(CAST(\(name) AS DOUBLE) AS BINARY)"
        case "bit": "CAST(\(name) + 0 AS BINARY)"
        case "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon",
            "geometrycollection":
            "CONCAT('', \(name))"
        default: "CAST(\(name) AS BINARY)"
        }
    }

    /// From the seconds that are stored: the hour that a clock repeats in autumn would be lost on the way over local
    /// time. A date of zeros has none.
    private static func utc(_ column: SchemaTable.Column, _ name: String) -> String {
        let digits = column.columnType.split(separator: "(").last.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
        let instant = "DATE_ADD(CAST('1970-01-01' AS DATETIME(6)), INTERVAL UNIX_TIMESTAMP(\(name)) SECOND)"
        return "CAST(IF(\(name) = 0, \(name), LEFT(\(instant), \(digits == 0 ? 19 : 20 + digits))) AS BINARY)"
    }
}

extension SchemaTable.Column {
    /// Whether a value can weigh more than an event may.
    fileprivate var mayBeLarge: Bool {
        ["mediumtext", "longtext", "mediumblob", "longblob", "json"].contains(dataType) || isGeometry
    }

    private var isGeometry: Bool {
        dataType.hasPrefix("multi") || ["geometry", "linestring", "polygon", "geometrycollection"].contains(dataType)
    }

    /// Whether the value is bytes and not a text.
    var isBinary: Bool {
        ["binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "point"].contains(dataType) || isGeometry
    }
}
