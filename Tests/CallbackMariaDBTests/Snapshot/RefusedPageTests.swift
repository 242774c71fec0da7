import CallbackCore
import CallbackTestKit
import Testing

@testable import CallbackMariaDB

@Suite("A refused page of a change table", .serialized)
struct RefusedPageTests {
    @Test("what waits in the log while a page is refused is told as what it was")
    func nothingIsLost() throws {
        let server = try PrivateMariaDB(["--skip-log-bin"])
        try server.sql("CREATE DATABASE psa; USE psa; \(PsaSchema.sql)")
        let watched = WatchedServer(server, tables: [:], own: ["capture": .text("change-table")], profile: "plesk")
        try ChangeTableInstallation(settings: watched.settings) { _ in nil }
            .install(as: .init(user: "root", password: nil))
        let plan = try MariaDBPlan(watched.settings)
        let watch = try ChangeTableWatch(
            source: WatchedServer.name, connection: try MariaDBConnection(to: plan.address, password: nil),
            interpreter: plan.interpreter(), intake: watched.intake, timekeeper: SystemTimekeeper(),
            readsExisting: false)
        let asked = SnapshotRun.Table(name: "clients", condition: "no_such_column = 1")
        watched.intake.ask(SnapshotMemory.begin(SnapshotRun(asked: [asked], askedAt: SystemTimekeeper().now())))
        try server.sql(
            "INSERT INTO PlanItems (id, classname, name, uuid) VALUES (9, 'Custom', 'backup', 'u9')", database: "psa")
        _ = try watch.readPage()
        _ = try watch.turn()
        #expect(watched.intake.snapshots.last?.reason?.contains("no_such_column") == true)
        #expect(watched.intake.events.map(\.type) == ["plan_item.created"])
    }
}
