import CallbackTestKit
import Glibc

/// One life of a daemon that is killed at its n-th write, the life after it, and what must hold then.
struct LoadCrashCase {
    let point: LoadCrashPoint
    let number: Int
    /// Of the panel's database.
    let journal: String

    struct Result {
        /// The write at which it died; nil where the work ended before.
        var lastWrite: String?
        var changes: Int
        var duplicates: Int
        var objections: [String]
    }

    func run() throws -> Result {
        let scenario = try Scenario.underLoad()
        try scenario.sql(
            """
            PRAGMA journal_mode = \(journal);
            CREATE TABLE load_twins (number INTEGER PRIMARY KEY, domain INTEGER, value TEXT);
            \(Self.change(1, nil))
            """)
        var committed: [LoadChange] = []
        var last = 1
        func change(counts: Bool = true) throws {
            last += 1
            try scenario.sql(Self.change(last, last - 1))
            if counts { committed.append(Self.event(last)) }
        }

        let log = scenario.folder.file("writes")
        let daemon = try RunningDaemon(
            scenario, wrapper: point.wrapper(number: number, isTorn: number % 2 == 0, log: log))
        try LoadTime.wait(for: "ready, or the end") { daemon.hasEnded || daemon.output.contains("ready") }
        if daemon.output.contains("ready") {
            for _ in 0..<3 { try change() }
            try LoadTime.wait(for: "three deliveries and a hook, or the end") {
                try daemon.hasEnded
                    || scenario.receiver.requests.count >= 3 && !Shell.read(scenario.hookOutputPath).isEmpty
            }
        }
        let status = daemon.stop()
        guard status == 128 + SIGKILL || status == 0 else {
            throw ScenarioError("write \(number): exit \(status)\n\(daemon.log)")
        }

        // A change between the two lives counts where the triggers stand.
        var objections: [String] = []
        let triggers = try scenario.sql(
            """
            SELECT count(*) FROM sqlite_schema
            WHERE type = 'trigger' AND tbl_name = 'domains' AND name LIKE 'callbackd%';
            """)
        try change(counts: triggers != "0\n")
        let check = try scenario.sql("PRAGMA integrity_check;")
        if check != "ok\n" { objections.append("the panel's database: \(check)") }

        let heir = try scenario.start()
        try change()
        var ledger = LoadLedger()
        try scenario.waitForAll(committed, &ledger, within: 20_000)
        if try scenario.status().exit != 0 { objections.append("not well: \(heir.log)") }
        if heir.stop() != 0 { objections.append("the second life ended with an error") }

        try ledger.take(scenario.receiver.requests)
        let hooks = ledger.hookVerdict(try Shell.read(scenario.hookOutputPath), on: committed)
        objections += ledger.verdict(on: committed) + hooks.objections
        let duplicates = ledger.duplicates + hooks.duplicates
        if duplicates > (status == 0 ? 0 : Scenario.loadInFlight) { objections.append("\(duplicates) duplicates") }
        let rows = [1000: Self.value(last)]
        if let objection = try LoadStream.objection(to: scenario, rows: rows) { objections.append(objection) }
        let twins = try scenario.sql("SELECT count(*) FROM load_twins;")
        if twins != "\(last)\n" { objections.append("a twin is missing") }
        if try scenario.sql("PRAGMA integrity_check;", on: scenario.statePath) != "ok\n" {
            objections.append("the state file is damaged")
        }
        if try scenario.hasGap() { objections.append("a gap was raised") }
        let lastWrite = try Shell.read(log).split(separator: "\n").last.map(String.init) ?? ""
        return Result(
            lastWrite: status == 0 ? nil : lastWrite, changes: committed.count, duplicates: duplicates,
            objections: objections)
    }

    /// The second change after the start is one for the hook.
    private static func value(_ number: Int) -> String { "\(number == 3 ? "h" : "v")\(number)" }

    private static func event(_ number: Int) -> LoadChange {
        LoadChange(
            type: "domain.updated", subject: "domain/1000", value: value(number), previous: value(number - 1))
    }

    private static func change(_ number: Int, _ previous: Int?) -> String {
        let row =
            previous == nil
            ? """
            INSERT INTO domains (id, name, displayName, cl_id, vendor_id)
            VALUES (1000, 'one.example', '\(value(number))', 3, 2);
            """ : "UPDATE domains SET displayName = '\(value(number))' WHERE id = 1000;"
        return """
            BEGIN IMMEDIATE;
            INSERT INTO load_twins VALUES (\(number), 1000, '\(value(number))');
            \(row)
            COMMIT;
            """
    }
}

extension RunningDaemon {
    /// Whether the process is over, without waiting for it.
    var hasEnded: Bool {
        var info = siginfo_t()
        return waitid(P_PID, id_t(id), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_signo == SIGCHLD
    }
}
