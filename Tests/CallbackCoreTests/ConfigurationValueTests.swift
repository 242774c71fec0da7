import CallbackCore
import Testing

@Suite("Configuration values")
struct ConfigurationValueTests {
    private let place = ConfigPlace(file: "a.yaml", line: 3, column: 5)

    @Test("a node gives its value without places, in the order of the file")
    func json() {
        let node = ConfigNode(
            .mapping([
                .init(
                    key: "b", keyPlace: place,
                    value: ConfigNode(.sequence([ConfigNode(.integer(1), at: place)]), at: place)),
                .init(key: "a", keyPlace: place, value: ConfigNode(.null, at: place)),
            ]), at: place)
        #expect(node.json.text == #"{"b":[1],"a":null}"#)
        #expect(node["b"]?.elements?.count == 1)
        #expect(node["x"] == nil)
        #expect(node.kind == "a mapping")
    }

    @Test("places sort by file, line and column, and mark at least one character")
    func places() {
        let others = [
            ConfigPlace(file: "a.yaml", line: 3, column: 6), ConfigPlace(file: "a.yaml", line: 4, column: 1),
            ConfigPlace(file: "b.yaml", line: 1, column: 1),
        ]
        for other in others { #expect(place < other) }
        #expect(ConfigPlace(file: "a", line: 1, column: 1, length: 0).length == 1)
    }

    @Test("settings give a value only as what it is")
    func settings() {
        func setting(_ value: SettingValue) -> Setting { Setting(value, at: place) }
        let settings = Settings(
            [
                "text": setting(.text("a")), "flag": setting(.bool(true)), "count": setting(.integer(3)),
                "wait": setting(.duration(.seconds(5))), "size": setting(.size(64)),
                "list": setting(.list([setting(.text("x")), setting(.text("y"))])),
                "map": setting(.map(["k": setting(.text("v"))])), "inner": setting(.settings(Settings(at: place))),
            ], at: place)
        #expect(settings.text("text") == "a" && settings.text("flag") == nil && settings.text("none") == nil)
        #expect(settings.bool("flag") == true && settings.bool("text") == nil)
        #expect(settings.integer("count") == 3 && settings.integer("size") == nil)
        #expect(settings.duration("wait") == .seconds(5) && settings.duration("count") == nil)
        #expect(settings.size("size") == 64 && settings.size("count") == nil)
        #expect(settings.texts("list") == ["x", "y"] && settings.texts("map") == nil)
        #expect(settings.textMap("map") == ["k": "v"] && settings.map("list") == nil)
        #expect(settings.settings("inner")?.values.isEmpty == true)
    }

    @Test("of two catalogs the first one's shape of a type counts")
    func catalogs() {
        var catalog = EventCatalog([EventShape(type: "a.b", summary: "first", data: .leaf)])
        catalog.merge(
            EventCatalog([
                EventShape(type: "a.b", summary: "second", data: .leaf),
                EventShape(type: "c.d", summary: "", data: .leaf),
            ]))
        #expect(catalog.shapes["a.b"]?.summary == "first")
        #expect(catalog.shapes.count == 2)
    }
}
