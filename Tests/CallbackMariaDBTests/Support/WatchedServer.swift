import CallbackCore
import CallbackTestKit
import Glibc
import Synchronization

@testable import CallbackMariaDB

/// A server with a source that watches its database `psa`.
final class WatchedServer {
    static let name: SourceName = "panel"

    let server: PrivateMariaDB
    let intake: TestIntake
    private let tables: [String: [String]]
    private let own: [String: SettingValue]
    private let password: String?
    private let profile: String?
    /// What the source threw.
    let ended = Box()
    private var source: MariaDBSource?
    private var thread: LoopbackThread?

    /// - Parameters:
    ///   - tables: watched tables with their sensitive columns.
    ///   - own: further settings of the source.
    ///   - profile: beside the tables, or instead of them.
    init(
        _ server: PrivateMariaDB,
        tables: [String: [String]],
        own: [String: SettingValue] = [:],
        password: String? = nil,
        profile: String? = nil,
        intake: TestIntake = TestIntake()
    ) {
        self.server = server
        self.intake = intake
        self.tables = tables
        self.own = own
        self.password = password
        self.profile = profile
    }

    deinit { stop() }

    func start() throws {
        let source = try MariaDBSource(
            settings: settings, timekeeper: SystemTimekeeper(), secret: { [password] _ in password })
        self.source = source
        thread = try LoopbackThread { [intake, ended] in
            do { try source.run(into: intake) } catch { ended.withLock { $0 = "\(error)" } }
        }
    }

    /// Starts and waits until the server sends its binlog.
    func watch() throws {
        let before = intake.statuses.count
        try start()
        try waitUntil("the source watches: \(intake.statuses)") { intake.statuses[before...].contains(.watching) }
    }

    /// - Returns: milliseconds that it took.
    @discardableResult
    func stop() -> Int {
        let begun = ContinuousClock.now
        source?.stop()
        thread?.join()
        source = nil
        thread = nil
        return Int((ContinuousClock.now - begun).milliseconds)
    }

    /// Waits until so many events were handed over, and gives all of them.
    func events(_ count: Int, within limit: Duration = .seconds(20)) throws -> [CapturedEvent] {
        try waitUntil(
            "\(count) events, there are \(intake.events.count); \(intake.gaps.map(\.message)) \(intake.statuses)",
            within: limit
        ) {
            intake.events.count >= count
        }
        return intake.events
    }

    func waitUntil(
        _ what: @autoclosure () -> String, within limit: Duration = .seconds(20), _ holds: () -> Bool
    ) throws {
        let deadline = ContinuousClock.now + limit
        while !holds() {
            guard ContinuousClock.now < deadline else { throw NotInTime(what: what()) }
            poll(nil, 0, 2)
        }
    }

    final class Box: Sendable {
        private let text = Mutex<String?>(nil)
        var value: String? { text.withLock { $0 } }
        func withLock(_ body: (inout String?) -> Void) { text.withLock { body(&$0) } }
    }

    struct NotInTime: Error, CustomStringConvertible {
        let what: String
        var description: String { "not in time: \(what)" }
    }

    var settings: SourceSettings {
        let place = ConfigPlace(file: "test", line: 1, column: 1)
        var values: [String: Setting] = [
            "socket": Setting(.text(server.socket), at: place), "user": Setting(.text("root"), at: place),
            "database": Setting(.text("psa"), at: place),
        ]
        if own["host"] != nil { values["socket"] = nil }
        for (key, value) in own { values[key] = Setting(value, at: place) }
        let entries = tables.map { name, sensitive in
            let events = Settings(
                [
                    "insert": Setting(.text("row.added"), at: place),
                    "update": Setting(.text("row.changed"), at: place),
                    "delete": Setting(.text("row.removed"), at: place),
                ], at: place)
            let table = Settings(
                [
                    "events": Setting(.settings(events), at: place),
                    "sensitive": Setting(.list(sensitive.map { Setting(.text($0), at: place) }), at: place),
                ], at: place)
            return (name, Setting(.settings(table), at: place))
        }
        var common = ["tables": Setting(.map(Dictionary(uniqueKeysWithValues: entries)), at: place)]
        if let profile { common["profile"] = Setting(.text(profile), at: place) }
        return SourceSettings(
            name: Self.name, kind: MariaDBSource.kind, settings: Settings(values, at: place),
            common: Settings(common, at: place),
            place: place)
    }
}
