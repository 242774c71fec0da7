import CallbackCore

/// A row, before and after, as it is read from what a person wrote.
struct RowText {
    private let watch: TableWatch
    /// In the order of writing, without the sensitive ones.
    private var columns: [String] = []
    /// The sensitive columns, as they are written or as the configuration has them.
    private var redacted: [String] = []
    private var old: [String: RowValue] = [:]
    private var new: [String: RowValue] = [:]

    init(watch: TableWatch) {
        self.watch = watch
        if case .named(let names) = watch.redaction { redacted = names.sorted() }
    }

    /// Reads one side of the row.
    /// - Throws: what a column cannot hold.
    mutating func read(_ node: ConfigNode, isNew: Bool) throws(DiagnosticList) {
        guard let members = node.members, !members.isEmpty else {
            throw RowRehearsal.wrong(
                .noRow, "a row must be a mapping of its columns, not \(node.members == nil ? node.kind : "empty")",
                at: node.place, help: "write it as {id: 1, state: open}")
        }
        var found: [Diagnostic] = []
        var names: Set<String> = []
        for member in members {
            let key = member.key.lowercased()
            guard names.insert(key).inserted else {
                found +=
                    RowRehearsal.wrong(
                        .columnTwice, "the row has the column \"\(member.key)\" twice", at: member.keyPlace,
                        help: "capitals do not count in the names of columns"
                    ).diagnostics
                continue
            }
            do throws(DiagnosticList) {
                let value = try Self.value(member)
                if watch.isSensitive(key) {
                    if let index = redacted.firstIndex(where: { $0.lowercased() == key }) {
                        redacted[index] = member.key
                    }
                    continue
                }
                if !columns.contains(where: { $0.lowercased() == key }) { columns.append(member.key) }
                if isNew { new[key] = value } else { old[key] = value }
            } catch {
                found += error.diagnostics
            }
        }
        guard found.isEmpty else { throw DiagnosticList(found) }
    }

    /// Takes what is written on one side only as unchanged.
    mutating func complete() {
        old.merge(new) { own, _ in own }
        new.merge(old) { own, _ in own }
    }

    var layout: RowLayout {
        var layout = RowLayout(
            table: watch.table, columns: columns, hasHiddenRowID: false, identity: [], redacted: redacted)
        layout.identity = watch.key.compactMap { layout.place(of: $0) }
        return layout
    }

    /// One side of the row, in the order of the layout's columns.
    func values(isNew: Bool) -> [RowValue] {
        let side = isNew ? new : old
        return columns.map { side[$0.lowercased()] ?? .null }
    }

    private static func value(_ member: ConfigMember) throws(DiagnosticList) -> RowValue {
        switch member.value.content {
        case .null: return .null
        case .integer(let number): return .integer(number)
        case .double(let number): return .real(number)
        case .string(let text): return .text(text)
        case .bool(let flag):
            throw RowRehearsal.wrong(
                .badColumn, "the column \"\(member.key)\" cannot hold a boolean", at: member.value.place,
                help: "SQLite has none: write \(flag ? 1 : 0), as it stands in the database")
        case .longNumber:
            throw RowRehearsal.wrong(
                .badColumn, "the column \"\(member.key)\" cannot hold so many digits", at: member.value.place,
                help: "SQLite keeps whole numbers of 64 bits and floating point of about 15 digits; write what it keeps"
            )
        case .sequence, .mapping:
            throw RowRehearsal.wrong(
                .badColumn, "the column \"\(member.key)\" cannot hold \(member.value.kind)", at: member.value.place,
                help: "a column holds a text, a number or null")
        }
    }
}
