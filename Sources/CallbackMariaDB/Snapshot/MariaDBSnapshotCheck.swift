package import CallbackCore
import CallbackRows

/// Looks whether a snapshot that is asked for can be read, before anything is written down.
package struct MariaDBSnapshotCheck {
    private let plan: MariaDBPlan
    private let secret: (String) -> String?

    /// - Throws: `DiagnosticList` where the settings cannot be used.
    package init(settings: SourceSettings, secret: @escaping (String) -> String?) throws(DiagnosticList) {
        plan = try MariaDBPlan(settings)
        self.secret = secret
    }

    /// Says what is wrong with what is asked for; nil where it can be read.
    /// - Throws: `MariaDBProblem` where the server cannot be asked.
    package func objection(to tables: [SnapshotRun.Table]) throws -> String? {
        do {
            let connection = try MariaDBConnection(
                to: plan.address, password: plan.password.map { secret($0) ?? "" })
            let interpreter = plan.interpreter()
            let known = interpreter.existingTables
            let present = try SchemaReader(connection: connection).tables(known)
            let names = known.filter { present[$0] != nil }
            for table in tables {
                guard let watch = interpreter.watches.first(where: { $0.table == table.name }),
                    names.contains(table.name)
                else {
                    let meant = DidYouMean.closest(to: table.name, among: names).map { "; did you mean \($0)?" } ?? ""
                    return "no table \"\(table.name)\" can be read\(meant) There are: \(names.joined(separator: ", "))"
                }
                try TablePages.begin(on: connection)
                defer { connection.rollBack() }
                _ = try TablePages(connection: connection, watch: watch).page(where: table.condition, after: nil)
            }
            return nil
        } catch let refusal as SnapshotReading.Refusal {
            return refusal.description
        } catch let error as MariaDBError {
            throw MariaDBProblem(error, at: plan.address)
        }
    }
}
