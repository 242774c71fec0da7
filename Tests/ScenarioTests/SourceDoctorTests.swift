import CallbackTestKit
import Testing

@Suite("The doctor of a panel's server", .serialized)
struct SourceDoctorTests {
    private let server: PrivateMariaDB
    private let scenario: Scenario

    init() throws {
        server = try PrivateMariaDB(["--skip-log-bin", "--binlog-row-metadata=NO_LOG"])
        try server.sql("CREATE DATABASE psa; USE psa; \(PsaSchema.sql)")
        try server.sql("CREATE USER callbackd@'127.0.0.1' IDENTIFIED BY 'geheim'")
        scenario = try Scenario(sample: false)
        try scenario.folder.write("psa.password", "geheim\n")
        try configure(capture: "binlog")
    }

    private func configure(capture: String, password: String = "psa") throws {
        try scenario.configure(
            sources: """
                sources:
                  psa:
                    mariadb: {port: \(server.port), user: callbackd, password: \(password), database: psa, capture: \(capture)}
                    profile: plesk
                """,
            rules: "rules: [{name: all, events: [customer.created, service_plan.plan_item_added], deliver: [billing]}]",
            secrets: "psa: {file: \"${dir}/psa.password\"}\n  other: {file: \"${dir}/other.password\"}")
        try scenario.folder.write("other.password", "falsch\n")
    }

    /// What the doctor says for programs.
    private func examine(expecting status: Int32) throws -> JSON {
        let result = try scenario.callbackd(["source", "doctor", "--json"])
        #expect(result.status == status, "\(result.errors)")
        return try JSON(parsing: result.output)[0]
    }

    private func way(_ capture: String, _ finding: JSON) -> JSON {
        finding["ways"].elements.first { $0["capture"].text == capture } ?? .null
    }

    @Test("what it prints for a binlog, done as printed, makes the way work")
    func binlog() throws {
        var finding = try examine(expecting: 1)
        var binlog = way("binlog", finding)
        #expect(finding["healthy"] == false && binlog["possible"] == false)
        #expect(binlog["obstacles"].elements.contains("the server keeps no binlog"))
        #expect(binlog["settings"].elements.contains("log_bin"))
        #expect(finding["events"] == .null, "without the right to read, nobody knows which events there are")
        let grants = binlog["statements"].elements.compactMap(\.text).filter { $0.hasPrefix("GRANT") }
        #expect(grants.count == 2)
        let options = binlog["settings"].elements.compactMap(\.text).filter { $0 != "log_bin" }.map { "--" + $0 }
        try server.stop()
        try server.start(options)
        try server.sql(grants.joined(separator: ";"))
        finding = try examine(expecting: 0)
        binlog = way("binlog", finding)
        #expect(binlog["possible"] == true && binlog["obstacles"].elements.isEmpty)
        #expect(binlog["statements"].elements.isEmpty && binlog["settings"].elements.isEmpty)
        #expect(finding["binlog_days"] == 7)
        #expect(finding["missing_tables"].elements.isEmpty)
        let daemon = try scenario.start()
        try server.sql(
            "INSERT INTO clients (pname, login, account_id, passwd) VALUES ('Jane', 'jane', 1, 'x')", database: "psa")
        let request = try #require(try scenario.receiver.waitForRequests(1).first)
        #expect(try request.json["data"]["new"]["login"] == "jane")
        #expect(daemon.stop() == 0)
    }

    @Test("a binlog that leaves the database out is found where the user may look; elsewhere it says what to run")
    func leftOut() throws {
        try server.stop()
        try server.start(["--binlog-ignore-db=psa"])
        try server.sql(
            "GRANT SELECT ON psa.* TO callbackd@'127.0.0.1'; GRANT REPLICATION SLAVE ON *.* TO callbackd@'127.0.0.1'")
        var binlog = way("binlog", try examine(expecting: 0))
        #expect(binlog["notes"].elements.contains { $0.text?.contains("SHOW MASTER STATUS") ?? false })
        #expect(try scenario.callbackd(["source", "doctor", "psa"]).output.contains("SHOW MASTER STATUS"))
        try server.sql("GRANT BINLOG MONITOR ON *.* TO callbackd@'127.0.0.1'")
        binlog = way("binlog", try examine(expecting: 1))
        #expect(binlog["notes"].elements.isEmpty && binlog["possible"] == false)
        #expect(binlog["obstacles"].elements.contains { $0.text?.contains("binlog_ignore_db=psa") ?? false })
    }

    @Test("what it and the installation print for triggers, run by an administrator, makes the way work")
    func changeTable() throws {
        try configure(capture: "change-table")
        #expect(try examine(expecting: 1)["healthy"] == false)
        // The tables must be seen before triggers can be made for them.
        try server.sql("GRANT SELECT, TRIGGER ON psa.* TO callbackd@'127.0.0.1'")
        let refused = try scenario.callbackd(["source", "install", "psa"])
        #expect(refused.status == 64 && refused.errors.contains("--print"))
        let script = try scenario.callbackd(["source", "install", "psa", "--print"])
        #expect(script.status == 0)
        try server.sql(script.output)
        #expect(try examine(expecting: 0)["healthy"] == true)
        #expect(try scenario.callbackd(["source", "status", "psa"]).status == 0)
        let daemon = try scenario.start()
        try server.sql(
            "INSERT INTO clients (pname, login, account_id, passwd) VALUES ('Jane', 'jane', 1, 'x')", database: "psa")
        #expect(try scenario.receiver.waitForRequests(1).first?.json["data"]["new"]["login"] == "jane")
        #expect(daemon.stop() == 0)
        let removal = try scenario.callbackd(["source", "remove", "psa", "--print"])
        try server.sql(removal.output)
        #expect(try scenario.callbackd(["source", "status", "psa"]).status == 1)
        #expect(try server.sql("SHOW TRIGGERS FROM psa") == "")
    }

    @Test("what the doctor prints for triggers can be run as printed, before and after their installation")
    func printedStatements() throws {
        try configure(capture: "change-table")
        func statements() throws -> [String] {
            way("change-table", try examine(expecting: 1))["statements"].elements.compactMap(\.text)
        }
        for statement in try statements() { try server.sql(statement) }
        #expect(try statements() == [], "nothing can be granted on tables that are not there")
        try server.sql(try scenario.callbackd(["source", "install", "psa", "--print"]).output)
        #expect(try examine(expecting: 0)["healthy"] == true)
        try server.sql(
            "REVOKE DELETE ON psa.callbackd_log FROM callbackd@'127.0.0.1'; REVOKE TRIGGER ON psa.* FROM "
                + "callbackd@'127.0.0.1'")
        let missing = try statements()
        #expect(missing.count == 2)
        for statement in missing { try server.sql(statement) }
        #expect(try examine(expecting: 0)["healthy"] == true)
        #expect(
            try scenario.callbackd(["source", "install", "psa", "--print"]).output.contains("CREATE OR REPLACE")
                == false)
    }

    @Test("a table that the user may not read is told in words by the installation")
    func noSelect() throws {
        try configure(capture: "change-table")
        try server.sql("GRANT SELECT ON psa.* TO callbackd@'127.0.0.1'")
        try server.sql(try scenario.callbackd(["source", "install", "psa", "--print"]).output)
        try server.sql("REVOKE SELECT ON psa.* FROM callbackd@'127.0.0.1'")
        let result = try scenario.callbackd(["source", "install", "psa", "--print"])
        #expect(result.status == 77 && result.errors.contains("GRANT SELECT ON `psa`.* TO 'callbackd'@'127.0.0.1'"))
    }

    @Test(
        "how a snapshot ended stands in the status of a source, also without a daemon",
        arguments: ["binlog", "change-table"])
    func snapshot(capture: String) throws {
        try configure(capture: capture)
        try server.stop()
        try server.start(["--binlog-row-metadata=FULL"])
        try server.sql(
            "GRANT SELECT ON psa.* TO callbackd@'127.0.0.1'; GRANT REPLICATION SLAVE ON *.* TO callbackd@'127.0.0.1'")
        if capture == "change-table" {
            try server.sql(try scenario.callbackd(["source", "install", "psa", "--print"]).output)
        }
        let daemon = try scenario.start()
        #expect(try scenario.callbackd(["source", "snapshot", "psa", "--table", "clients"]).status == 0)
        try eventually("the snapshot is over") {
            try scenario.json("source", "status")[0]["last_snapshot"].text?.isEmpty == false
        }
        #expect(daemon.stop() == 0)
        #expect(try scenario.verb("source", "status").contains("snapshot  "))
    }

    @Test("an older panel's missing tables are told with the events that cannot be seen")
    func olderPanel() throws {
        try server.sql(
            "GRANT SELECT ON psa.* TO callbackd@'127.0.0.1'; DROP TABLE psa.PlanItems; "
                + "ALTER TABLE psa.domains DROP COLUMN cl_id")
        let finding = try examine(expecting: 1)
        let hidden = finding["events"]["hidden"].elements
        func lacks(_ type: String) -> [JSON]? { hidden.first { $0["type"].text == type }?["lacks"].elements }
        #expect(lacks("plan_item.created") == ["PlanItems"])
        #expect(lacks("service_plan.plan_item_added") == ["PlanItems"])
        #expect(lacks("domain.created") == ["domains.cl_id"])
        #expect(finding["events"]["visible"].elements.contains("service_plan.app_added"))
        #expect(finding["missing_tables"].elements == ["PlanItems"])
        let words = try scenario.callbackd(["source", "doctor", "psa"]).output
        #expect(words.contains("without domains.cl_id: no domain.created"))
    }

    @Test("a wrong password and a server that is down are told in words, with their exit codes")
    func cannotBeAsked() throws {
        try configure(capture: "binlog", password: "other")
        var finding = try examine(expecting: 1)
        #expect(finding["problem"].text?.contains("does not let callbackd in") == true)
        #expect(try scenario.callbackd(["source", "install", "psa"]).status == 64, "a binlog needs no installation")
        try configure(capture: "change-table", password: "other")
        #expect(try scenario.callbackd(["source", "install", "psa", "--print"]).status == 77)
        server.kill()
        finding = try examine(expecting: 1)
        #expect(finding["problem"].text?.contains("cannot be reached") == true)
        #expect(try scenario.callbackd(["source", "install", "psa", "--print"]).status == 69)
    }
}
