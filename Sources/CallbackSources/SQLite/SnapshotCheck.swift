package import CallbackCore
import CallbackRows

/// Looks whether a snapshot that is asked for can be read, before anything is written down.
package struct SnapshotCheck {
    private let plan: SQLitePlan

    /// - Throws: `DiagnosticList` where the settings cannot be used.
    package init(settings: SourceSettings) throws { plan = try SQLitePlan(settings) }

    /// Says what is wrong with what is asked for; nil where it can be read.
    ///
    /// - Throws: `SourceError` where the database cannot be looked at.
    package func objection(to tables: [SnapshotRun.Table]) throws -> String? {
        do {
            let (connection, _) = try DatabaseFile.open(path: plan.path)
            let probe = TableProbe(connection: connection)
            var known: [String: ProbedTable] = [:]
            for watch in plan.tables.interpreter(isEmbeddedPanel: true).watches {
                guard plan.tables.existingTables.contains(watch.table),
                    case .found(let table) = try probe.look(at: watch)
                else { continue }
                known[watch.table.lowercased()] = table
            }
            for table in tables {
                guard let probed = known[table.name.lowercased()] else {
                    let names = known.values.map(\.layout.table).sorted()
                    let meant = DidYouMean.closest(to: table.name, among: names).map { "; did you mean \($0)?" } ?? ""
                    return "no table \"\(table.name)\" can be read\(meant) There are: \(names.joined(separator: ", "))"
                }
                if let condition = table.condition, let objection = try self.objection(to: condition, of: probed) {
                    return objection
                }
            }
            return nil
        } catch {
            throw SourceError.of(error, path: plan.path) ?? error
        }
    }

    private func objection(to condition: String, of table: ProbedTable) throws -> String? {
        let connection = try SQLiteConnection(path: plan.path, isReadOnly: true)
        connection.allowReadingOnly()
        let name = table.layout.table
        do {
            let query = PageQuery(table: table, condition: condition)
            if let check = query.check { _ = try connection.prepare(check) }
            _ = try connection.prepare(query.sql(isFirst: true))
            return nil
        } catch {
            guard !error.isBusy else { throw error }
            return "the condition \"\(condition)\" cannot be used with \(name): \(error.message)"
        }
    }
}
