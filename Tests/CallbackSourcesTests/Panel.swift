import CallbackCore
import CallbackTestKit
import Foundation
import GRDBSQLite
import Synchronization
import Testing

@testable import CallbackRows
@testable import CallbackSources

/// A clock that only moves by hand.
final class TestTimekeeper: Timekeeper, Sendable {
    private let offset = Mutex<Int64>(0)

    func now() -> Timestamp {
        Timestamp(milliseconds: SystemTimekeeper().now().milliseconds + offset.withLock { $0 })
    }

    func monotonic() -> Int64 { SystemTimekeeper().monotonic() }

    func advance(by duration: Duration) { offset.withLock { $0 += duration.milliseconds } }
}

/// A database in a directory of its own, with a connection that plays the panel.
final class Panel {
    let directory: String
    let path: String
    private(set) var connection: SQLiteConnection

    init(_ schema: String, journal: String = "WAL") throws {
        directory = NSTemporaryDirectory() + "callbackd-source-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        path = directory + "/panel.db"
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        connection = try SQLiteConnection(path: path)
        connection.setPatience(milliseconds: 5000)
        try connection.execute("PRAGMA synchronous = OFF")
        _ = try connection.rows("PRAGMA journal_mode = \(journal)")
        try connection.execute(schema)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func execute(_ sql: String) throws { try connection.execute(sql) }

    func rows(_ sql: String) throws -> [String] {
        try connection.rows(sql).map { $0.map(\.words).joined(separator: "|") }
    }

    func reopen() throws {
        connection = try SQLiteConnection(path: path)
        connection.setPatience(milliseconds: 5000)
    }

    /// Puts the whole database into a file; `restore` puts it back in place.
    func backUp(to name: String) throws {
        try connection.execute("VACUUM INTO \((directory + "/" + name).sqlText)")
    }

    func restore(from name: String) throws {
        for suffix in ["-wal", "-shm", "-journal"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: directory + "/" + name, toPath: path)
        try reopen()
    }

    /// Settings as the configuration would give them.
    func settings(tables: [(name: String, key: [String], sensitive: [String])] = [], plesk: Bool = false)
        -> SourceSettings
    {
        let place = ConfigPlace(file: "test.yaml", line: 1, column: 1)
        func setting(_ value: SettingValue) -> Setting { Setting(value, at: place) }
        var common: [String: Setting] = [:]
        if plesk { common["profile"] = setting(.text("plesk")) }
        var map: [String: Setting] = [:]
        for table in tables {
            var values: [String: Setting] = [
                "events": setting(
                    .settings(
                        Settings(
                            [
                                "insert": setting(.text("\(table.name).inserted")),
                                "update": setting(.text("\(table.name).updated")),
                                "delete": setting(.text("\(table.name).deleted")),
                            ], at: place)))
            ]
            if !table.key.isEmpty {
                values["key"] = setting(
                    .node(ConfigNode(.sequence(table.key.map { ConfigNode(.string($0), at: place) }), at: place)))
            }
            if !table.sensitive.isEmpty {
                values["sensitive"] = setting(.list(table.sensitive.map { setting(.text($0)) }))
            }
            map[table.name] = setting(.settings(Settings(values, at: place)))
        }
        if !map.isEmpty { common["tables"] = setting(.map(map)) }
        return SourceSettings(
            name: "panel", kind: "sqlite", settings: Settings(["path": setting(.text(path))], at: place),
            common: Settings(common, at: place), place: place)
    }

    func watch(
        _ settings: SourceSettings,
        into intake: TestIntake,
        takeOver: Bool = false,
        timekeeper: any Timekeeper = SystemTimekeeper()
    ) throws -> SQLiteWatch {
        let plan = try SQLitePlan(settings)
        return try SQLiteWatch(
            source: settings.name, path: path, intake: intake,
            interpreter: plan.tables.interpreter(isEmbeddedPanel: true),
            mayInstall: plan.mayInstall, takeOver: takeOver, stopSignal: StopSignal(), timekeeper: timekeeper)
    }
}

extension RowValue {
    /// The value with its type, for comparisons.
    var words: String {
        switch self {
        case .null: "NULL"
        case .integer(let number): "i\(number)"
        case .unsigned(let number): "i\(number)"
        case .real(let number): "r\(number)"
        case .text(let text): "t\(text)"
        case .blob(let bytes): "b\(bytes)"
        case .brokenText(let bytes): "x\(bytes)"
        case .large(let value): "large\(value.count)"
        }
    }
}

extension CapturedEvent {
    /// Type, subject, and the values of new and old, on one line.
    var words: String {
        var words = "\(type) \(subject)"
        if let new = data["new"], new != .null { words += " new=\(new.text)" }
        if let old = data["old"], old != .null { words += " old=\(old.text)" }
        return words
    }
}
