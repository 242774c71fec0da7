package import CallbackCore

/// The stable codes of what sources find in their settings. A code is never given a new meaning.
package enum SourceCode: String, CaseIterable, Sendable {
    case noPath = "S001"
    case watchesNothing = "S002"
    case badKey = "S003"
    case noEvents = "S004"
    case tableOfProfile = "S005"
    case sensitiveKey = "S006"

    // Licence sources.
    case badAddress = "S010"
    case badLogin = "S011"
    case badInterval = "S012"
    case noKinds = "S013"

    // MariaDB sources.
    case badServer = "S020"
    case badUser = "S021"
    case badDatabase = "S022"

    // Rows of tests.
    case unknownTable = "S030"
    case tableWithoutKey = "S031"
    case rowWithoutKey = "S032"
    case noRow = "S033"
    case columnTwice = "S034"
    case badColumn = "S035"

    package var meaning: String {
        switch self {
        case .noPath: "a source has no path"
        case .watchesNothing: "a source has neither a profile nor tables"
        case .badKey: "the key of a table is neither a column nor a list of columns"
        case .noEvents: "a table gives no events"
        case .tableOfProfile: "a table that the profile watches already"
        case .sensitiveKey: "a column is both key and sensitive"
        case .badAddress: "the address of a licence API cannot be used"
        case .badLogin: "the login of a licence API is empty or too long"
        case .badInterval: "a licence source asks too often or too rarely"
        case .noKinds: "a licence source watches no kind of licences"
        case .badServer: "a MariaDB source has no address of a server, or two"
        case .badUser: "the user of a MariaDB source is empty or too long"
        case .badDatabase: "the database of a MariaDB source is empty or too long"
        case .unknownTable: "a test changes a row of a table whose changes cannot be tested"
        case .tableWithoutKey: "a test changes a row of a table that does not say its key"
        case .rowWithoutKey: "the row of a test lacks a column of its key"
        case .noRow: "the row of a test is not a mapping of columns"
        case .columnTwice: "the row of a test has a column twice"
        case .badColumn: "a column in the row of a test has a value that a database cannot hold"
        }
    }
}

extension SourceCode: ExplainedCode {
    package var lesson: CodeLesson {
        switch self {
        case .noPath:
            source(
                "An empty path names no database.", "sqlite: {path: \"\"}, profile: plesk",
                "sqlite: {path: panel.db}, profile: plesk", .insteadOf("C020"))
        case .watchesNothing:
            source(
                "The profile knows the panel's own tables; tables: names any others.", "sqlite: {path: panel.db}",
                "sqlite: {path: panel.db}, profile: plesk")
        case .badKey:
            table(
                "The key is the second half of an event's subject: one column, or several in a list.",
                "{key: {id: 1}, events: {insert: note.made}}", "{key: id, events: {insert: note.made}}")
        case .noEvents:
            table(
                "Nobody could wait for its changes. Name the type of event for at least one of insert, update, delete.",
                "{events: {}}", "{events: {insert: note.made}}")
        case .tableOfProfile:
            CodeLesson(
                "One change would become two events. Use those of the profile.", .top,
                wrong: "sources:\n  panel:\n    sqlite: {path: panel.db}\n    profile: plesk\n"
                    + "    tables: {PlanItems: {events: {insert: item.made}}}",
                right: "sources: {panel: {sqlite: {path: panel.db}, profile: plesk}}")
        case .sensitiveKey:
            table(
                "The key stands in every event's subject, and sensitive columns never leave the database.",
                "{key: id, sensitive: [id], events: {insert: note.made}}",
                "{key: id, sensitive: [text], events: {insert: note.made}}")
        case .badAddress:
            license(
                "The account's key goes to this address: over https, or over http on this machine only. Paths of the API "
                    + "are added to it.",
                "url: \"http://api.example.com/\", login: shop, secret: licences",
                "url: \"https://api.example.com/\", login: shop, secret: licences")
        case .badLogin:
            license(
                "The API gives a token for login and secret.",
                "url: \"https://api.example.com/\", login: \"\", secret: licences",
                "url: \"https://api.example.com/\", login: shop, secret: licences")
        case .badInterval:
            license(
                "Each listing is a question to somebody else's server: at least a second lies between two.",
                "url: \"https://api.example.com/\", login: shop, secret: licences, every: 100ms",
                "url: \"https://api.example.com/\", login: shop, secret: licences, every: 30s")
        case .noKinds:
            license(
                "Without kinds: all of them are watched; an empty list would watch none.",
                "url: \"https://api.example.com/\", login: shop, secret: licences, kinds: []",
                "url: \"https://api.example.com/\", login: shop, secret: licences, kinds: [plesk]")
        case .badServer:
            mariaDB(
                "The server is reached over the network or by its Unix socket.",
                "host: db.example.com, socket: /run/mysqld/mysqld.sock, user: callbackd, database: psa",
                "socket: /run/mysqld/mysqld.sock, user: callbackd, database: psa")
        case .badUser:
            mariaDB(
                "The user reads the binlog as a replica does.", "user: \"\", database: psa",
                "user: callbackd, database: psa")
        case .badDatabase:
            mariaDB(
                "One source watches the tables of one database.", "user: callbackd, database: \"\"",
                "user: callbackd, database: psa")
        case .unknownTable:
            row(
                "Rows of the profile's tables become events only together with rows of other tables: write event: for "
                    + "these. Any other table stands below tables: of its source.",
                "table: note, insert: {id: 1}", "table: notes, insert: {id: 1}")
        case .tableWithoutKey:
            rowOfTable(
                "The key stands in the event's subject. A daemon asks the database for it, a test asks no database.",
                "{events: {insert: note.made}}", "{key: id, events: {insert: note.made}}")
        case .rowWithoutKey:
            row(
                "The key stands in the event's subject, so every row has it.", "table: notes, insert: {text: hello}",
                "table: notes, insert: {id: 1, text: hello}")
        case .noRow:
            row(
                "A row is written with the names of its columns.", "table: notes, insert: [1, hello]",
                "table: notes, insert: {id: 1, text: hello}")
        case .columnTwice:
            row(
                "Capitals do not count in the names of columns.", "table: notes, insert: {id: 1, Id: 2}",
                "table: notes, insert: {id: 1}")
        case .badColumn:
            row(
                "Values are written as SQLite keeps them: texts, numbers and null. It has no booleans.",
                "table: notes, insert: {id: 1, read: true}", "table: notes, insert: {id: 1, read: 1}")
        }
    }

    private func source(
        _ reason: String, _ wrong: String, _ right: String, _ occasion: CodeExplanation.Occasion = .check
    ) -> CodeLesson {
        CodeLesson(
            reason, .top, wrong: "sources: {panel: {\(wrong)}}", right: "sources: {panel: {\(right)}}", occasion)
    }

    private func license(_ reason: String, _ wrong: String, _ right: String) -> CodeLesson {
        let head =
            "secrets: {licences: {env: LICENCE_KEY}}\nsources:\n"
            + "  panel: {sqlite: {path: panel.db}, profile: plesk}\n  licences: {license-api: {"
        return CodeLesson(reason, .top, wrong: head + wrong + "}}", right: head + right + "}}")
    }

    private func mariaDB(_ reason: String, _ wrong: String, _ right: String) -> CodeLesson {
        CodeLesson(
            reason, .top, wrong: "sources: {panel: {mariadb: {\(wrong)}, profile: plesk}}",
            right: "sources: {panel: {mariadb: {\(right)}, profile: plesk}}")
    }

    private func table(_ reason: String, _ wrong: String, _ right: String) -> CodeLesson {
        let head = "sources:\n  panel:\n    sqlite: {path: panel.db}\n    profile: plesk\n    tables: {notes: "
        return CodeLesson(reason, .top, wrong: head + wrong + "}", right: head + right + "}")
    }

    private func row(_ reason: String, _ wrong: String, _ right: String) -> CodeLesson {
        let head = "change: {source: panel, "
        return CodeLesson(reason, .test, wrong: head + wrong + "}", right: head + right + "}")
    }

    private func rowOfTable(_ reason: String, _ wrong: String, _ right: String) -> CodeLesson {
        let head = "sources:\n  panel:\n    sqlite: {path: panel.db}\n    profile: plesk\n    tables: {notes: "
        let test = "tests:\n  - name: a note is made\n    change: {source: panel, table: notes, insert: {id: 1}}\n"
        let tail = "}\n" + test + "    expect: []"
        return CodeLesson(reason, .top, wrong: head + wrong + tail, right: head + right + tail)
    }
}
