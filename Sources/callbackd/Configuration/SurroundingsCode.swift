import CallbackCore

/// The stable codes of what is found between parts, and between the configuration and the machine.
enum SurroundingsCode: String, CaseIterable, Sendable {
    case hookFile = "C085"
    case hookUser = "C087"
    case hookRights = "C088"
    case noDatabase = "S090"
    case sharedDirectory = "S091"
    case sharedDatabase = "S092"

    var meaning: String {
        switch self {
        case .hookFile: "the program of a command is missing, or others could change it"
        case .hookUser: "the user or group that a command is to run as does not exist"
        case .hookRights: "nobody here may run a command as another user"
        case .noDatabase: "the database of a source is not there"
        case .sharedDirectory: "the panel's database and the state file share a directory"
        case .sharedDatabase: "two sources watch the same database"
        }
    }
}

extension SurroundingsCode: ExplainedCode {
    var lesson: CodeLesson {
        switch self {
        case .hookFile:
            CodeLesson(
                "A hook runs with the daemon's rights. The file and all directories above it belong to root or the "
                    + "daemon's user, and nobody else can write to them.",
                .command, wrong: "run: [/usr/lib/callbackd/hooks/notfiy]",
                right: "run: [/usr/lib/callbackd/hooks/notify]", .here)
        case .hookUser:
            CodeLesson(
                "The user must exist, and a group must be one of that user's.", .command,
                wrong: "run: [/usr/lib/callbackd/hooks/notify]\nuser: nobdoy",
                right: "run: [/usr/lib/callbackd/hooks/notify]", .here)
        case .hookRights:
            CodeLesson(
                "The daemon has no right to act for other users. A hook runner that has it is started by systemd "
                    + "(callbackd-hooks.socket), which also says for which users.",
                .top,
                wrong: """
                    hooks: {runner: /run/callbackd/not-started.sock}
                    targets:
                      billing: {webhook: {url: "https://billing.example.com/hook"}}
                      notify: {command: {run: [/usr/lib/callbackd/hooks/notify], user: nobody}}
                    """,
                right: """
                    targets:
                      billing: {webhook: {url: "https://billing.example.com/hook"}}
                      notify: {command: {run: [/usr/lib/callbackd/hooks/notify]}}
                    """, .here)
        case .noDatabase:
            CodeLesson(
                "A database that was seen before is waited for; one that was never seen ends `run` with 66.", .top,
                wrong: "sources: {panel: {sqlite: {path: /var/lib/panel/panle.db}, profile: plesk}}",
                right: "sources: {panel: {sqlite: {path: /var/lib/panel/panel.db}, profile: plesk}}", .here)
        case .sharedDirectory:
            CodeLesson(
                "callbackd is woken by every write in the directory of a panel's database: its own would wake it too.",
                .top, wrong: "state: /var/lib/panel/state.db", right: "state: /var/lib/callbackd/state.db", .here)
        case .sharedDatabase:
            CodeLesson(
                "The change log in a database has one reader. One source can have a profile and tables.", .top,
                wrong: """
                    sources:
                      panel: {sqlite: {path: panel.db}, profile: plesk}
                      notes: {sqlite: {path: panel.db}, tables: {notes: {events: {insert: note.made}}}}
                    """,
                right: """
                    sources:
                      panel: {sqlite: {path: panel.db}, profile: plesk, tables: {notes: {events: {insert: note.made}}}}
                    """)
        }
    }
}
