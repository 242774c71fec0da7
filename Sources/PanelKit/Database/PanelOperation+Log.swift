import GRDB

extension PanelOperation {
    /// The values of one side of an action, by component; what is not there is empty.
    typealias LoggedValues = [String: String]

    /// Writes an action into the panel's own log, in the same operation as what it tells of.
    ///
    /// - Parameter object: the number of what it is about.
    func log(
        _ action: PanelAction, _ object: Int64, old: LoggedValues = [:], new: LoggedValues = [:]
    ) throws {
        try db.change(
            sql: """
                INSERT INTO log_actions (date, ip_address, user, object_id, action_name)
                VALUES (datetime('now'), ?, ?, ?, ?)
                """,
            arguments: [caller.address ?? "", caller.login, object, action.name])
        let number = db.lastInsertedRowID
        for component in action.components {
            let values = (old[component] ?? "", new[component] ?? "")
            guard values != ("", "") else { continue }
            try db.change(
                sql: "INSERT INTO log_components (action_id, component, old_value, new_value) VALUES (?, ?, ?, ?)",
                arguments: [number, component, values.0, values.1])
        }
        try db.change(
            sql: """
                INSERT INTO exp_event (source, event_type, obj_class, obj_id, host, user)
                VALUES ('plesk', ?, ?, ?, ?, ?)
                """,
            arguments: [
                action.eventType, action.objectClass, String(object), caller.address ?? "localhost", caller.login,
            ])
    }
}
