package import CallbackCore
import CallbackRows

extension MariaDBSource {
    package static let kind = "mariadb"

    /// What the configuration can say about a MariaDB source, and the events that follow from it.
    package static let description = SourceDescription(
        kind: kind,
        schema: SettingsSchema([
            .init("host", .text, "The server's name or address; 127.0.0.1 is the default."),
            .init("port", .integer(1...65_535), "The server's port; 3306 is the default."),
            .init("socket", .path, "The server's Unix socket, in place of host and port."),
            .init(
                "user", .text, required: true, demands: ["minLength": 1],
                "A user with REPLICATION SLAVE, and SELECT on the database."),
            .init("password", .secretName, "The name of a secret that holds the user's password."),
            .init("database", .text, required: true, demands: ["minLength": 1], "The panel's database, such as psa."),
            .init(
                "capture", .oneOf(MariaDBPlan.Capture.allCases.map(\.rawValue)),
                "binlog (default): changes are read in the server's binlog; change-table: triggers record them, for "
                    + "servers that keep none."),
            .init(
                "tls",
                .settings(
                    SettingsSchema([
                        .init(
                            "mode", .oneOf(ServerAddress.Protection.allCases.map(\.rawValue)),
                            "off: none, the default on this machine; required: the default elsewhere; verify: and the "
                                + "server's certificate is checked, the default with ca."),
                        .init("ca", .path, "A PEM file of authorities, not the system's."),
                    ])),
                "How the connection is protected."),
            .init(
                "server-id", .integer(MariaDBPlan.serverIDs),
                "The number by which the server tells its replicas apart; by default one of its own."),
        ]),
        commonSchema: TablePlan.schema,
        events: TablePlan.profileEvents,
        catalog: { settings in
            do throws(DiagnosticList) {
                return .success(try MariaDBPlan(settings).tables.catalog)
            } catch {
                return .failure(error)
            }
        },
        rehearse: { settings, example in
            do throws(DiagnosticList) {
                return .success(try RowRehearsal(plan: MariaDBPlan(settings).tables).event(of: example))
            } catch {
                return .failure(error)
            }
        })
}
