import CallbackCore
import CallbackTestKit
import Synchronization
import Testing

@testable import CallbackMariaDB

@Suite("Names of a panel whose changes are recorded", .serialized)
struct ChangeTableNamesTests {
    @Test("what was recorded before the first contact is told with the names of its time")
    func namesOfThen() throws {
        let server = try PrivateMariaDB(["--skip-log-bin"])
        try server.sql(
            "CREATE DATABASE psa; USE psa; \(PsaSchema.sql); INSERT INTO clients (id, pname, login, account_id, passwd) "
                + "VALUES (2, 'John', 'JDoe', 1, ''); INSERT INTO Templates (id, name, owner_id, type, uuid) "
                + "VALUES (5, 'Gold', 2, 'domain', 'u5')")
        let watched = WatchedServer(server, tables: [:], own: ["capture": .text("change-table")], profile: "plesk")
        try ChangeTableInstallation(settings: watched.settings) { _ in nil }
            .install(as: .init(user: "root", password: nil))
        try server.sql(
            "INSERT INTO PlanItems (id, classname, name, uuid) VALUES (9, 'Custom', 'backup', 'u9'); "
                + "INSERT INTO TmplData VALUES (5, 'backup', 'backup'); "
                + "UPDATE Templates SET name = 'Platinum' WHERE id = 5; DELETE FROM PlanItems WHERE id = 9",
            database: "psa")
        try watched.watch()
        let events = try watched.events(4)
        #expect(
            events.map(\.type.rawValue) == [
                "plan_item.created", "service_plan.plan_item_added", "service_plan.updated", "plan_item.deleted",
            ])
        #expect(events[1].data["plan"]?["name"] == "Gold")
        #expect(events[1].data["plan"]?["owner_login"] == "JDoe")
        #expect(events[2].data["old"]?["name"] == "Gold" && events[2].data["new"]?["name"] == "Platinum")
        #expect(events[3].data["old"]?["name"] == "backup")
    }

    @Test("a name that changed while no trigger was there is known again after the installation")
    func namesAfterLoss() throws {
        let server = try PrivateMariaDB(["--skip-log-bin"])
        try server.sql(
            "CREATE DATABASE psa; USE psa; \(PsaSchema.sql); INSERT INTO Templates (id, name, owner_id, type, uuid) "
                + "VALUES (5, 'Gold', 2, 'domain', 'u5'); INSERT INTO PlanItems (id, classname, name, uuid) VALUES "
                + "(9, 'Custom', 'backup', 'u9')")
        let watched = WatchedServer(server, tables: [:], own: ["capture": .text("change-table")], profile: "plesk")
        let installation = try ChangeTableInstallation(settings: watched.settings) { _ in nil }
        try installation.install(as: .init(user: "root", password: nil))
        try watched.watch()
        watched.stop()
        try server.sql(
            "DROP TRIGGER callbackd_Templates_u; UPDATE Templates SET name = 'Platinum' WHERE id = 5", database: "psa")
        try installation.install(as: .init(user: "root", password: nil))
        try server.sql(
            "INSERT INTO TmplData VALUES (5, 'backup', 'backup'); UPDATE Templates SET name = 'Iron' WHERE id = 5",
            database: "psa")
        try watched.watch()
        let events = try watched.events(2)
        #expect(events[0].type == "service_plan.plan_item_added")
        #expect(events[0].data["plan"]?["name"] == "Platinum")
        #expect(watched.intake.gaps.count == 1)
    }

    @Test("names that may have changed unseen are read anew also where the source ends before it has done so")
    func namesAfterLossAndEnd() throws {
        let server = try PrivateMariaDB(["--skip-log-bin"])
        try server.sql(
            "CREATE DATABASE psa; USE psa; \(PsaSchema.sql); INSERT INTO Templates (id, name, owner_id, type, uuid) "
                + "VALUES (5, 'Gold', 2, 'domain', 'u5')")
        let watched = WatchedServer(server, tables: [:], own: ["capture": .text("change-table")], profile: "plesk")
        let installation = try ChangeTableInstallation(settings: watched.settings) { _ in nil }
        try installation.install(as: .init(user: "root", password: nil))
        try watched.watch()
        watched.stop()
        try server.sql(
            "DROP TRIGGER callbackd_Templates_u; UPDATE Templates SET name = 'Platinum' WHERE id = 5", database: "psa")
        try installation.install(as: .init(user: "root", password: nil))
        // The loss is taken in, and then nothing more: the names are read in the next life.
        watched.intake.state.withLock { $0.fails = { $0.batches.contains { $0.gap != nil } } }
        try watched.start()
        try watched.waitUntil("the source ends") { watched.ended.value != nil }
        watched.stop()
        #expect(watched.intake.gaps.count == 1)
        watched.intake.state.withLock { $0.fails = { _ in false } }
        try server.sql("UPDATE Templates SET name = 'Iron' WHERE id = 5", database: "psa")
        try watched.watch()
        let events = try watched.events(1)
        watched.stop()
        #expect(events[0].data["old"]?["name"] == "Platinum" && events[0].data["new"]?["name"] == "Iron")
        #expect(watched.intake.gaps.count == 1)
    }
}
