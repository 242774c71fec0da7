import CallbackCore
import CallbackTestKit
import Testing

@testable import CallbackRows
@testable import CallbackSources

@Suite("A change that a person writes down")
struct RowRehearsalTests {
    private let panel: Panel
    private let settings: SourceSettings

    init() throws {
        panel = try Panel(
            """
            CREATE TABLE orders(id INTEGER PRIMARY KEY, customer, total REAL, card_number TEXT, note);
            CREATE TABLE visits(day, page, n, PRIMARY KEY(day, page)) WITHOUT ROWID;
            CREATE TABLE nokey(id INTEGER PRIMARY KEY);
            """)
        settings = panel.settings(tables: [
            ("orders", ["id"], ["card_number"]), ("visits", ["day", "page"], []), ("nokey", [], []),
        ])
    }

    private func node(_ value: JSONValue) -> ConfigNode {
        let place = ConfigPlace(file: "t.yaml", line: 2, column: 3)
        switch value {
        case .null: return ConfigNode(.null, at: place)
        case .bool(let flag): return ConfigNode(.bool(flag), at: place)
        case .integer(let number): return ConfigNode(.integer(number), at: place)
        case .double(let number): return ConfigNode(.double(number), at: place)
        case .string(let text): return ConfigNode(.string(text), at: place)
        case .array(let elements): return ConfigNode(.sequence(elements.map(node)), at: place)
        case .object(let object):
            let members = object.members.map {
                ConfigMember(key: $0.key, keyPlace: place, value: node($0.value))
            }
            return ConfigNode(.mapping(members), at: place)
        }
    }

    private func rehearse(
        _ table: String, _ operation: RowExample.Operation, old: JSONObject? = nil, new: JSONObject? = nil,
        _ settings: SourceSettings? = nil
    ) throws -> Result<CapturedEvent?, DiagnosticList> {
        let place = ConfigPlace(file: "t.yaml", line: 1, column: 1)
        let rehearse = try #require(SQLiteSource.description.rehearse)
        return rehearse(
            settings ?? self.settings,
            RowExample(
                table: table, tablePlace: place, operation: operation, old: old.map { node(.object($0)) },
                new: new.map { node(.object($0)) }, place: place))
    }

    private func refusal(_ result: Result<CapturedEvent?, DiagnosticList>) -> [String] {
        guard case .failure(let list) = result else { return [] }
        return list.diagnostics.map { "\($0.code) \($0.message)" }
    }

    @Test("gives the event that the same change gives in the database")
    func sameAsReal() throws {
        let intake = TestIntake()
        let watch = try panel.watch(settings, into: intake)
        try panel.execute(
            """
            INSERT INTO orders VALUES (7, 3, 1.5, '4111', 'ü');
            UPDATE orders SET total = 2, note = NULL WHERE id = 7;
            UPDATE orders SET id = 8, card_number = '4222';
            DELETE FROM orders;
            INSERT INTO visits VALUES ('2026-11-22', '/a,b', 9007199254740993);
            """)
        _ = try watch.turn()
        let real = intake.events
        let order: JSONObject = ["id": 7, "customer": 3, "total": .double(1.5), "card_number": "4111", "note": "ü"]
        let written = try [
            rehearse("orders", .insert, new: order),
            rehearse("ORDERS", .update, old: order, new: ["total": .double(2), "Note": .null]),
            rehearse(
                "orders", .update, old: ["id": 7, "customer": 3, "total": .double(2), "note": .null],
                new: ["id": 8, "card_number": "4222"]),
            rehearse("orders", .delete, old: ["id": 8, "customer": 3, "total": .double(2), "note": .null]),
            rehearse("visits", .insert, new: ["day": "2026-11-22", "page": "/a,b", "n": 9_007_199_254_740_993]),
        ].map { try #require(try $0.get()) }
        #expect(real.count == 5)
        #expect(written.map(\.type) == real.map(\.type))
        #expect(written.map(\.subject) == real.map(\.subject))
        #expect(written.map(\.data.text) == real.map(\.data.text))
        #expect(written.last?.data["encoded"] == ["new.n"])
        #expect(!written.contains { $0.data.text.contains("4111") || $0.data.text.contains("4222") })
    }

    @Test("gives no event where nothing changed that may be seen, or where the table has none for it")
    func noEvent() throws {
        let same = try rehearse(
            "orders", .update, old: ["id": 7, "card_number": "4111"], new: ["id": 7, "card_number": "4222"])
        #expect(try same.get() == nil)
        var quiet = settings
        quiet.common.values["tables"] = Setting(
            .map([
                "orders": Setting(
                    .settings(
                        Settings(
                            [
                                "key": Setting(.node(node("id")), at: settings.place),
                                "events": Setting(
                                    .settings(
                                        Settings(
                                            ["insert": Setting(.text("order.placed"), at: settings.place)],
                                            at: settings.place)), at: settings.place),
                            ], at: settings.place)), at: settings.place)
            ]), at: settings.place)
        #expect(try rehearse("orders", .insert, new: ["id": 7], quiet).get()?.type == "order.placed")
        #expect(try rehearse("orders", .delete, old: ["id": 7], quiet).get() == nil)
    }

    @Test("is refused where it cannot be one of this table")
    func refused() throws {
        #expect(
            refusal(try rehearse("ordres", .insert, new: ["id": 7]))
                == [#"S030 source "panel" has no table "ordres" below `tables:`"#])
        #expect(
            refusal(try rehearse("nokey", .insert, new: ["id": 7]))
                == [#"S031 the table nokey of source "panel" does not say its key"#])
        #expect(
            refusal(try rehearse("visits", .insert, new: ["day": "x"]))
                == [#"S032 the row has no "page", which is the key of the table visits"#])
        #expect(
            refusal(try rehearse("orders", .insert, new: [:]))
                == ["S033 a row must be a mapping of its columns, not empty"])
        #expect(
            refusal(try rehearse("orders", .insert, new: ["id": 7, "ID": 8]))
                == [#"S034 the row has the column "ID" twice"#])
        #expect(
            refusal(try rehearse("orders", .insert, new: ["id": true, "note": ["a": 1], "total": []]))
                == [
                    #"S035 the column "id" cannot hold a boolean"#, #"S035 the column "note" cannot hold a mapping"#,
                    #"S035 the column "total" cannot hold a list"#,
                ])
    }

    @Test("of the panel's own tables is refused with the words that help")
    func profile() throws {
        let plesk = panel.settings(plesk: true)
        guard case .failure(let list) = try rehearse("templates", .insert, new: ["id": 7], plesk) else {
            Issue.record("a row of the profile was taken")
            return
        }
        let diagnostic = try #require(list.diagnostics.first)
        #expect(
            diagnostic.message
                == "the rows of templates become events together with those of other tables, in the profile plesk")
        #expect(diagnostic.help?.contains("write `event:` here") == true)
        #expect(
            refusal(try rehearse("orders", .insert, new: ["id": 7], plesk))
                == [#"S030 source "panel" has no table "orders" below `tables:`"#])
    }
}
