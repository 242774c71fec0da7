import GRDB

/// The licences in force: listing them, looking at one, editing and ending it.
///
/// A licence is found by the stable part of its key number, so that a number which somebody wrote down before an edit
/// goes on naming it. Terminated licences are kept for the record and are not found any more.
enum LicenseRegister {
    /// The key numbers of a kind, oldest first.
    static func keys(of kind: LicenseKind, in db: Database) throws -> [String] {
        try String.fetchAll(
            db, sql: "SELECT key_number FROM licenses WHERE kind = ? AND status = 'active' ORDER BY id",
            arguments: [kind.rawValue])
    }

    /// - Throws: `UnknownLicense`.
    static func record(of kind: LicenseKind, _ number: String, in db: Database) throws -> LicenseRecord {
        guard let stable = KeyNumber.stablePart(of: number),
            let row = try Row.fetchOne(
                db,
                // Written as a range, so that the index of key numbers answers it.
                sql: """
                    SELECT * FROM licenses
                    WHERE key_number >= ? AND key_number < ? AND kind = ? AND status = 'active'
                    """,
                arguments: [stable + ".", stable + "/", kind.rawValue])
        else { throw UnknownLicense(kind: kind, number: number) }
        return LicenseRecord(row)
    }

    /// Gives a licence another title and comment. Its revision goes up, where anything differs.
    ///
    /// - Throws: `UnknownLicense`.
    static func edit(
        _ kind: LicenseKind, _ number: String, _ edit: LicenseEdit, in operation: PanelOperation
    ) throws {
        let db = operation.db
        let record = try record(of: kind, number, in: db)
        guard record.title != edit.title || record.comment != edit.comment else { return }
        try db.change(
            sql: "UPDATE licenses SET title = ?, comment = ?, key_number = ? WHERE id = ?",
            arguments: [
                edit.title, edit.comment, KeyNumber(record.keyNumber)?.next.description ?? record.keyNumber, record.id,
            ])
    }

    /// Ends a licence.
    ///
    /// - Throws: `UnknownLicense`.
    static func terminate(_ kind: LicenseKind, _ number: String, in operation: PanelOperation) throws {
        let db = operation.db
        let record = try record(of: kind, number, in: db)
        try db.change(sql: "UPDATE licenses SET status = 'terminated' WHERE id = ?", arguments: [record.id])
    }
}

/// No licence in force has this key number.
package struct UnknownLicense: Error, Sendable, Equatable, CustomStringConvertible {
    package let kind: LicenseKind
    package let number: String

    package var description: String { "there is no \(kind.rawValue) licence \(number.prefix(80))" }
}
