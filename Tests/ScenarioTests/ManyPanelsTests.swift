import CallbackTestKit
import Testing

@Suite("Many panels, one daemon", .serialized)
struct ManyPanelsTests {
    @Test("a panel that is down delays no other, is shown with its reason, and tells later what it missed")
    func oneIsDown() throws {
        let first = try server()
        let second = try server()
        let scenario = try Scenario()
        try scenario.configure(
            sources: Scenario.sources + "\n" + """
                  north: {mariadb: {port: \(first.port), user: callbackd, database: shop}, tables: {orders: {events: {insert: order.placed}}}}
                  south: {mariadb: {port: \(second.port), user: callbackd, database: shop}, tables: {orders: {events: {insert: order.placed}}}}
                """,
            rules: "rules: [{name: all, events: [order.placed, domain.created], deliver: [billing]}]")
        let daemon = try scenario.start()
        try order(1, first)
        try order(1, second)
        try scenario.addDomain("one.example")
        #expect(try sources(scenario.receiver.waitForRequests(3)) == ["north", "panel", "south"])

        first.kill()
        try eventually("the status names the panel that is down") {
            try state(of: "north", scenario)["state"].text == "waiting"
        }
        #expect(try state(of: "north", scenario)["words"].text?.contains("cannot be reached") == true)
        #expect(try state(of: "south", scenario)["state"] == "watching")
        try order(2, second)
        try scenario.addDomain("two.example")
        #expect(try sources(scenario.receiver.waitForRequests(5).suffix(2)) == ["panel", "south"])

        try first.start()
        try order(2, first)
        let last = try scenario.receiver.waitForRequests(6).suffix(1)
        #expect(try sources(last) == ["north"])
        #expect(try last.first?.json["subject"] == "orders/2")
        try eventually("all are watched again") { try state(of: "north", scenario)["state"] == "watching" }
        #expect(daemon.stop() == 0)

        first.kill()
        let again = try RunningDaemon(scenario)
        try order(3, second)
        #expect(try sources(scenario.receiver.waitForRequests(7).suffix(1)) == ["south"])
        #expect(again.stop() == 0)
    }

    private func server() throws -> PrivateMariaDB {
        let server = try PrivateMariaDB()
        try server.sql(
            "CREATE DATABASE shop; CREATE TABLE shop.orders (id INT PRIMARY KEY); CREATE USER callbackd@'127.0.0.1'; "
                + "GRANT REPLICATION SLAVE ON *.* TO callbackd@'127.0.0.1'; GRANT SELECT ON shop.* TO callbackd@'127.0.0.1'"
        )
        return server
    }

    private func order(_ id: Int, _ server: PrivateMariaDB) throws {
        try server.sql("INSERT INTO shop.orders VALUES (\(id))")
    }

    /// The names of the sources that the events say they come from, sorted.
    private func sources(_ requests: some Sequence<LoopbackRequest>) throws -> [String] {
        try requests.map { request in
            let source = try request.json["source"].text ?? ""
            return source.split(separator: "/").last.map(String.init) ?? source
        }.sorted()
    }

    private func state(of source: String, _ scenario: Scenario) throws -> JSON {
        let status = try JSON(parsing: scenario.callbackd(["status", "--json"]).output)
        return status["sources"].elements.first { $0["name"].text == source } ?? .null
    }
}
