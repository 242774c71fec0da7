import CallbackCore
import CallbackTestKit
import Testing

@testable import CallbackRows
@testable import CallbackSources

@Suite("The profile plesk")
struct PleskProfileTests {
    private let panel: Panel
    private let intake = TestIntake()
    private let watch: SQLiteWatch

    init() throws {
        panel = try Panel(PleskSchema.sql)
        watch = try panel.watch(panel.settings(plesk: true), into: intake)
        _ = try watch.turn()
    }

    /// The events of statements, each by itself.
    private func events(_ sql: String) throws -> [CapturedEvent] {
        try panel.execute(sql)
        _ = try watch.turn()
        return intake.drain()
    }

    /// The events of statements that the panel runs as one operation.
    private func operation(_ sql: String) throws -> [CapturedEvent] {
        try events(
            "BEGIN; INSERT INTO operations(opened_at) VALUES ('now'); \(sql); "
                + "UPDATE operations SET closed_at = 'now' WHERE id = (SELECT max(id) FROM operations); COMMIT")
    }

    @Test("a plan item with its properties is one event, with booleans as booleans")
    func planItemCreated() throws {
        let seen = try operation(
            "INSERT INTO PlanItems(id, classname, name, uuid) VALUES (5, 'Custom', 'plan-item', 'g5'); "
                + "INSERT INTO PlanItemProperties VALUES (5, 'label', 'WP Toolkit'), (5, 'url', 'https://a.example/'), "
                + "(5, 'noframe', 'true')")
        #expect(seen.map(\.type) == ["plan_item.created"])
        let event = try #require(seen.first)
        #expect(event.subject == "plan_item/5")
        #expect(event.data["operation"] == "1")
        #expect(event.data["old"] == .null && event.data["changed"] == [])
        let new = try #require(event.data["new"])
        #expect(new["id"] == 5 && new["label"] == "WP Toolkit" && new["visible"] == true && new["guid"] == "g5")
        #expect(new["noframe"] == "true" && new["external_id"] == .null)
    }

    @Test("a plan item's update carries old, new and what changed; its deletion the last state")
    func planItemUpdated() throws {
        let updated = try operation(
            "UPDATE PlanItems SET isVisible = 0 WHERE id = 1234; "
                + "UPDATE PlanItemProperties SET value = 'New' WHERE name = 'label'")
        #expect(updated.map(\.type) == ["plan_item.updated"])
        #expect(updated.first?.data["changed"] == ["label", "visible"])
        #expect(updated.first?.data["old"]?["label"] == "Additional Service")
        #expect(updated.first?.data["new"]?["visible"] == false)
        let deleted = try operation("DELETE FROM PlanItems WHERE id = 1234")
        #expect(deleted.map(\.type) == ["plan_item.deleted"])
        #expect(deleted.first?.data["old"]?["label"] == "New" && deleted.first?.data["new"] == .null)
    }

    @Test("what comes and goes within an operation, or stays as it was, gives nothing")
    func netNothing() throws {
        #expect(
            try operation("INSERT INTO PlanItems(id, name) VALUES (8, 'x'); DELETE FROM PlanItems WHERE id = 8").isEmpty
        )
        #expect(
            try operation(
                "UPDATE TmplData SET value = '1' WHERE element = 'max_site'; "
                    + "UPDATE TmplData SET value = '-1' WHERE element = 'max_site'; "
                    + "DELETE FROM clients WHERE id = 1; "
                    + "INSERT INTO clients(id, pname, login, type, passwd) "
                    + "VALUES (1, 'Administrator', 'admin', 'admin', 'pw-9')"
            ).isEmpty)
        #expect(intake.mark?.position ?? 0 > 0)
    }

    @Test("a plan with its values is one event; numbers are numbers")
    func planCreated() throws {
        let seen = try operation(
            "INSERT INTO Templates VALUES (9, 'gold', 2, 'domain', 'g9', 'ext', NULL); "
                + "INSERT INTO TmplData VALUES (9, 'disk_space', '-1'), (9, 'code', '007'), "
                + "(9, 'big', '1234567890123456'), (9, 'Additional Service', 'true')")
        #expect(seen.map(\.type) == ["service_plan.created", "service_plan.plan_item_added"])
        let new = try #require(seen.first?.data["new"])
        #expect(new["disk_space"] == -1 && new["code"] == "007" && new["big"] == "1234567890123456")
        #expect(new["owner_login"] == "JDoe" && new["external_id"] == "ext")
        #expect(Set(seen.map(\.origin)).count == 2)
    }

    @Test("many changed values of a plan are one update")
    func planUpdated() throws {
        let seen = try operation(
            "UPDATE TmplData SET value = '5' WHERE element = 'disk_space'; INSERT INTO TmplData VALUES (1234, 'new', 'x'); "
                + "UPDATE Templates SET name = 'better' WHERE id = 1234")
        #expect(seen.map(\.type) == ["service_plan.updated"])
        let data = try #require(seen.first?.data)
        #expect(data["changed"] == ["name", "disk_space", "new"])
        #expect(data["old"]?["disk_space"] == 1_073_741_824 && data["new"]?["disk_space"] == 5)
        #expect(data["plan"]?["name"] == "better" && data["old"]?["name"] == "base_plan")
    }

    @Test("a plan item added to a plan names both and gives no update")
    func planItemAdded() throws {
        let added = try operation("INSERT INTO TmplData VALUES (1234, 'Additional Service', 'true')")
        #expect(added.map(\.type) == ["service_plan.plan_item_added"])
        let data = try #require(added.first?.data)
        #expect(added.first?.subject == "service_plan/1234")
        #expect(data["plan"]?["owner_login"] == "JDoe" && data["plan"]?["owner_id"] == 2)
        #expect(data["plan_item"]?["id"] == 1234 && data["plan_item"]?["external_id"] == "456")
        #expect(data["new"] == .null && data["changed"] == [] && data["operation"] == "1")
        let removed = try operation(
            "DELETE FROM TmplData WHERE element = 'Additional Service'; UPDATE TmplData SET value = '2' WHERE element = 'max_site'"
        )
        #expect(Set(removed.map(\.type)) == ["service_plan.plan_item_removed", "service_plan.updated"])
        #expect(removed.first { $0.type == "service_plan.updated" }?.data["changed"] == ["max_site"])
    }

    @Test("an app added through a white filter gives one event per plan, and a black one the reverse")
    func apps() throws {
        let added = try operation("INSERT INTO smb_apsBundleFilterItems VALUES (1, 7, 'name', 'WordPress')")
        #expect(added.map(\.words) == ["service_plan.app_added service_plan/1234"])
        #expect(added.first?.data["app"] == ["property": "name", "value": "WordPress"])
        _ = try operation(
            "INSERT INTO Templates VALUES (20, 'second', 1, 'domain', 'g20', NULL, NULL); "
                + "INSERT INTO TmplData VALUES (20, 'aps_bundle_filter_id', '7')")
        let removed = try operation("DELETE FROM smb_apsBundleFilterItems WHERE id = 1")
        #expect(removed.map(\.subject) == ["service_plan/20", "service_plan/1234"])
        #expect(Set(removed.map(\.type)) == ["service_plan.app_removed"])
        #expect(Set(removed.map(\.origin)).count == 2)
        _ = try operation("UPDATE smb_apsBundleFilters SET type = 'black' WHERE id = 7")
        let black = try operation("INSERT INTO smb_apsBundleFilterItems VALUES (2, 7, 'name', 'Joomla')")
        #expect(Set(black.map(\.type)) == ["service_plan.app_removed"] && black.count == 2)
    }

    @Test("the filter made for an app gives no update of the plan")
    func appWithNewFilter() throws {
        _ = try operation("INSERT INTO Templates VALUES (30, 'bare', 1, 'domain_addon', 'g30', NULL, NULL)")
        let seen = try operation(
            "INSERT INTO smb_apsBundleFilters VALUES (31, 'white'); "
                + "INSERT INTO TmplData VALUES (30, 'aps_bundle_filter_id', '31'); "
                + "INSERT INTO smb_apsBundleFilterItems VALUES (9, 31, 'name', 'WordPress')")
        #expect(seen.map(\.words) == ["service_plan_addon.app_added service_plan_addon/30"])
    }

    @Test("a deleted plan is one event, whatever goes with it")
    func planDeleted() throws {
        let seen = try operation("DELETE FROM Templates WHERE id = 1234")
        #expect(seen.map(\.type) == ["service_plan.deleted"])
        #expect(seen.first?.data["old"]?["disk_space"] == 1_073_741_824)
    }

    @Test("names are those at the change, not those at reading")
    func namesAtTheChange() throws {
        let seen = try events(
            "INSERT INTO TmplData VALUES (1234, 'Additional Service', '1'); UPDATE Templates SET name = 'renamed'; "
                + "UPDATE clients SET login = 'other' WHERE id = 2; UPDATE PlanItems SET name = 'gone'; "
                + "DELETE FROM TmplData WHERE element = 'max_site'")
        let added = try #require(seen.first { $0.type == "service_plan.plan_item_added" })
        #expect(added.data["plan"]?["name"] == "base_plan" && added.data["plan"]?["owner_login"] == "JDoe")
        #expect(added.data["plan_item"]?["name"] == "Additional Service")
        #expect(seen.last?.data["plan"]?["name"] == "renamed" && seen.last?.data["plan"]?["owner_login"] == "other")
    }

    @Test("saved names serve after a restart, and a crash before the mark changes nothing")
    func savedNames() throws {
        try panel.execute("UPDATE Templates SET name = 'renamed'")
        _ = try watch.turn()
        _ = intake.drain()
        try panel.execute(
            "INSERT INTO TmplData VALUES (1234, 'Additional Service', '1'); UPDATE Templates SET name = 'late'")
        let next = try panel.watch(panel.settings(plesk: true), into: intake)
        _ = try next.turn()
        #expect(intake.events.first?.data["plan"]?["name"] == "renamed")
        #expect(intake.events.first?.data["plan"]?["owner_login"] == "JDoe")
    }

    @Test("without an operation each row is one event, and a replaced row is one row")
    func withoutOperation() throws {
        let seen = try events(
            "BEGIN; UPDATE TmplData SET value = '1' WHERE element = 'disk_space'; "
                + "UPDATE TmplData SET value = '2' WHERE element = 'disk_space'; "
                + "REPLACE INTO TmplData VALUES (1234, 'disk_space', '3'); COMMIT")
        #expect(seen.map(\.type) == ["service_plan.updated", "service_plan.updated", "service_plan.updated"])
        #expect(seen.map { $0.data["operation"] } == [.null, .null, .null])
        #expect(seen.last?.data["old"]?["disk_space"] == 2 && seen.last?.data["new"]?["disk_space"] == 3)
    }

    @Test("operations are not folded with each other, nor with what stands around them")
    func neighbours() throws {
        let step = "UPDATE TmplData SET value = value || '1' WHERE element = 'disk_space'"
        let one =
            "INSERT INTO operations(opened_at) VALUES ('a'); \(step); \(step); "
            + "UPDATE operations SET closed_at = 'b' WHERE id = (SELECT max(id) FROM operations)"
        let seen = try events("BEGIN; \(step); \(one); \(step); COMMIT; BEGIN; \(one); COMMIT")
        #expect(seen.map { $0.data["operation"] } == [.null, "1", .null, "2"])
    }

    @Test("an operation that was never closed ends with its transaction")
    func unclosed() throws {
        let seen = try events(
            "BEGIN; INSERT INTO operations(opened_at) VALUES ('a'); INSERT INTO clients(id, login, pname) VALUES (9, 'n', 'N'); "
                + "UPDATE clients SET pname = 'M' WHERE id = 9; COMMIT")
        #expect(seen.count == 1)
        #expect(seen.first?.type == "customer.created" && seen.first?.data["new"]?["pname"] == "M")
    }

    @Test("customers and domains carry their columns, without any password")
    func customersAndDomains() throws {
        let seen = try events(
            "INSERT INTO clients(id, login, pname, passwd) VALUES (3, 'c', 'C', 'marker-4711'); "
                + "INSERT INTO domains(id, name, cl_id) VALUES (4, 'a.example', 3); DELETE FROM clients WHERE id = 3; "
                + "DELETE FROM domains WHERE id = 4")
        #expect(seen.map(\.type) == ["customer.created", "domain.created", "customer.deleted", "domain.deleted"])
        #expect(seen.allSatisfy { !$0.data.text.contains("marker") && $0.data["new"]?["passwd"] == nil })
        #expect(seen[0].data["redacted"] == ["passwd"])
        #expect(seen[1].data["customer"] == ["id": 3, "login": "c", "name": "C"])
        #expect(seen[3].data["customer"] == ["id": 3, "login": .null, "name": .null])
        #expect(try panel.rows("SELECT * FROM callbackd_log").allSatisfy { !$0.contains("marker") })
        #expect(
            try panel.rows("SELECT sql FROM sqlite_schema WHERE type = 'trigger'").allSatisfy { !$0.contains("passwd") }
        )
    }

    @Test("an assigned plan names plan, subscription and quantity")
    func assigned() throws {
        _ = try events(
            "INSERT INTO domains(id, name, cl_id) VALUES (4, 'a.example', 2); "
                + "INSERT INTO Subscriptions VALUES (6, 4, 'domain', 'false', 'true', 'false', 'g6', NULL)")
        let seen = try events(
            "INSERT INTO PlansSubscriptions VALUES (6, 1234, 3); UPDATE PlansSubscriptions SET quantity = 4; "
                + "DELETE FROM PlansSubscriptions")
        #expect(seen.map(\.type) == ["service_plan.assigned", "service_plan.assigned", "service_plan.unassigned"])
        #expect(seen.map(\.subject) == ["subscription/6", "subscription/6", "subscription/6"])
        #expect(seen[0].data["quantity"] == 3 && seen[1].data["changed"] == ["quantity"])
        #expect(seen[0].data["subscription"]?["name"] == "a.example" && seen[0].data["subscription"]?["guid"] == "g6")
        #expect(seen[0].data["plan"]?["name"] == "base_plan")
    }

    @Test("a licence ordered carries what was asked; its end is told once")
    func licenses() throws {
        let ordered = try operation(
            "INSERT INTO licenses VALUES (1, 'plesk', 'PLSK.01234567.0000', 'PLESK-12-VPS', 'T', 'C', NULL, 12, 'LINUX', "
                + "'{\"a\":1}', 'active', 'o', 'e'); INSERT INTO license_orders(id, license_id, addons) VALUES (5, 1, '[\"x\"]')"
        )
        #expect(ordered.map(\.type) == ["license.ordered"] && ordered.first?.subject == "license/PLSK.01234567")
        let new = try #require(ordered.first?.data["new"])
        #expect(new["key_number"] == "PLSK.01234567.0000" && new["options"] == ["a": 1] && new["addons"] == ["x"])
        #expect(new["order_id"] == 5 && new["period"] == 12)
        let later = try events(
            "UPDATE licenses SET key_number = 'PLSK.01234567.0001'; UPDATE licenses SET status = 'terminated'; DELETE FROM licenses"
        )
        #expect(later.map(\.type) == ["license.updated", "license.terminated"])
        #expect(Set(later.map(\.subject)) == ["license/PLSK.01234567"])
    }

    @Test("every event has the shape that the catalogue promises")
    func shapes() throws {
        guard case .success(let catalog) = SQLiteSource.description.catalog(panel.settings(plesk: true)) else {
            Issue.record("no catalogue")
            return
        }
        let seen = try operation(
            "INSERT INTO TmplData VALUES (1234, 'Additional Service', '1'); UPDATE TmplData SET value = 3; "
                + "INSERT INTO licenses(id, key_number, options) VALUES (1, 'K', '{}'); INSERT INTO clients(id, login) VALUES (8, 'l'); "
                + "INSERT INTO PlansSubscriptions VALUES (6, 1234, 3); INSERT INTO domains(id, name) VALUES (4, 'a')")
        #expect(seen.count >= 5)
        for event in seen {
            let shape = try #require(catalog.shapes[event.type])
            #expect(Self.fits(event.data, shape.data), "\(event.type) \(event.data.text)")
        }
    }

    private static func fits(_ value: JSONValue, _ shape: FieldShape) -> Bool {
        switch (value, shape) {
        case (.null, _), (.array, .leaf): true
        case (.object(let object), .object(let members)):
            object.members.allSatisfy { member in members[member.key].map { fits(member.value, $0) } ?? false }
        case (.object(let object), .open(let members)):
            object.members.allSatisfy { member in members[member.key].map { fits(member.value, $0) } ?? true }
        case (.object, .leaf), (.array, _): false
        default: if case .leaf = shape { true } else { false }
        }
    }

    @Test("tables that an older panel lacks are said, and the others are watched")
    func olderPanel() throws {
        let old = try Panel(
            "CREATE TABLE clients(id INTEGER PRIMARY KEY, login, passwd); CREATE TABLE Templates(id INTEGER PRIMARY KEY, name, type)"
        )
        let intake = TestIntake()
        let watch = try old.watch(old.settings(plesk: true), into: intake)
        #expect(watch.notes.contains { $0.contains("PlanItems") })
        try old.execute("INSERT INTO clients VALUES (1, 'a', 'b'); INSERT INTO Templates VALUES (1, 'p', 'domain')")
        _ = try watch.turn()
        #expect(intake.events.map(\.type) == ["customer.created", "service_plan.created"])
    }

    @Test("a snapshot tells of the panel's things in the words in which they come, with the names of its moment")
    func existing() throws {
        try panel.execute(
            "INSERT INTO TmplData VALUES (1234, 'Additional Service', 'true'); "
                + "INSERT INTO smb_apsBundleFilterItems VALUES (1, 7, 'name', 'WordPress')")
        _ = try watch.turn()
        _ = intake.drain()
        intake.ask(SnapshotMemory.begin(SnapshotRun(asked: [], askedAt: SystemTimekeeper().now())))
        // Not read by any turn yet: the page brings it along.
        try panel.execute("UPDATE Templates SET name = 'renamed' WHERE id = 1234")
        while try watch.readPage(isConfigured: false) {}
        let seen = intake.drain()
        #expect(seen.first?.type == "service_plan.updated")
        let existing = seen.dropFirst()
        #expect(existing.allSatisfy { $0.type.rawValue.hasSuffix(".existing") })
        let plan = try #require(
            existing.first { $0.type == "service_plan.existing" && $0.subject == "service_plan/1234" })
        #expect(plan.data["new"]?["name"] == "renamed" && plan.data["plan"]?["owner_login"] == "JDoe")
        #expect(plan.data["old"] == .null && plan.data["changed"] == [] && plan.data["snapshot"]?.string != nil)
        let item = try #require(existing.first { $0.type == "service_plan.plan_item_added.existing" })
        #expect(item.data["plan_item"]?["id"] == 1234 && item.data["plan"]?["name"] == "renamed")
        let app = try #require(existing.first { $0.type == "service_plan.app_added.existing" })
        #expect(app.data["app"] == ["property": "name", "value": "WordPress"])
        #expect(
            existing.contains { $0.type == "plan_item.existing" && $0.data["new"]?["label"] == "Additional Service" })
        #expect(existing.contains { $0.type == "customer.existing" })
        let known = Set(PleskProfile.catalog.shapes.keys)
        #expect(existing.allSatisfy { known.contains($0.type) })
        #expect(Set(existing.map(\.origin)).count == existing.count)
    }
}
