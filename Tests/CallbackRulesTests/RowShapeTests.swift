import CallbackCore
import CallbackRules
import CallbackTestKit
import Testing

/// Rows of few tables, as sources hand them over one after another: their names stay, and their values change.
@Suite("Rows of known shapes")
struct RowShapeTests {
    private static let types: [EventType] = ["order.placed", "order.paid.in.full.today", "invoice.sent"]

    @Test("rows of six shapes and three types, one after another in one session, get the verdicts of the oracle")
    func shapes() throws {
        let seed = TestSeed.draw(for: "row shapes")
        var generator = PairGenerator(seed: seed)
        var random = SeededGenerator(seed: seed)
        var matched = 0
        for round in 0..<25 {
            let shapes = try Self.shapes(&generator)
            guard let first = shapes.first else { continue }
            let values = first.scalars + shapes.flatMap(\.scalars) + [1, "a", nil]
            let patterns = Self.patterns(&generator, &random)
            let engine = try Engine(patterns)
            let parsed = try patterns.map(OraclePattern.init)
            for number in 0..<80 {
                let type = Self.types.randomElement(using: &random) ?? "order.placed"
                let shape = shapes.randomElement(using: &random) ?? first
                let data = shape.changed(to: values, &random)
                var text: [UInt8] = []
                text.appendJSON(["type": .string(type.rawValue), "data": data])
                let event = try OracleEvent(text)
                let expected = parsed.indices.filter { Oracle.matches(parsed[$0], event) }
                matched += expected.count
                let verdicts = engine.matches(Sample.view(type, subject: "order/7", data: data))
                guard verdicts != expected else { continue }
                let shown = Set(verdicts).symmetricDifference(expected).sorted().map { Self.shown(patterns[$0]) }
                Issue.record("seed \(seed), round \(round), row \(number): \(shown) of \(Self.shown(text))")
                return
            }
        }
        #expect(matched > 500, "seed \(seed): \(matched) matched")
    }

    @Test("each row gets its verdict where one type has more shapes than are remembered, and where a shape comes back")
    func manyShapes() throws {
        let engine = try Engine([
            Array(#"{"type":["order.placed"],"data":{"new":{"state":["paid"]},"plan":{"id":[7]}}}"#.utf8),
            Array(#"{"type":["invoice.sent"],"data":{"new":{"state":["paid"]}}}"#.utf8),
        ])
        // Enough for all layouts of an object to be forgotten as well.
        for round in 0..<200 {
            for shape in [round % 100, 3] {
                var new = JSONObject()
                for column in 0..<shape { new["column_with_a_long_name_\(column)"] = .integer(Int64(round)) }
                new["state"] = round % 3 == 0 ? "open" : "paid"
                for (plan, isWanted) in [(["id": 7], true), (["id": 8], false), (nil, false)] as [(JSONValue, Bool)] {
                    let view = Sample.view("order.placed", data: ["new": .object(new), "plan": plan])
                    #expect(engine.matches(view) == (isWanted && round % 3 != 0 ? [0] : []), "\(round) \(shape)")
                }
            }
        }
    }

    private static func shapes(_ generator: inout PairGenerator) throws -> [JSONValue] {
        var shapes: [JSONValue] = []
        while shapes.count < 6 {
            var writer = generator.writer()
            guard let data = try? JSONParser.parse(writer.text(generator.event())), !data.repeatsNames else { continue }
            shapes.append(data)
        }
        return shapes
    }

    private static func patterns(_ generator: inout PairGenerator, _ random: inout SeededGenerator) -> [[UInt8]] {
        var writer = generator.writer()
        return (0..<40).map { _ in
            let inner = generator.pattern(for: generator.event())
            let pattern = writer.text(.object("data", inner))
            guard random.next() % 5 > 0, let type = types.randomElement(using: &random) else { return pattern }
            // Behind the opening brace.
            return Array(#"{"type":["\#(type)"],"#.utf8) + pattern.drop { $0 != UInt8(ascii: "{") }.dropFirst()
        }
    }

    private static func shown(_ text: [UInt8]) -> String { String(decoding: text, as: UTF8.self) }
}

extension JSONValue {
    fileprivate var scalars: [JSONValue] {
        switch self {
        case .object(let object): object.members.flatMap(\.value.scalars)
        case .array(let elements): elements.flatMap(\.scalars)
        default: [self]
        }
    }

    /// The same names with other values: a few of them, and now and then one of another kind.
    fileprivate func changed(to values: [JSONValue], _ random: inout SeededGenerator) -> JSONValue {
        switch random.next() % 60 {
        case 0: return values.randomElement(using: &random) ?? .null
        case 1: return .array([self, values.randomElement(using: &random) ?? .null])
        default: break
        }
        switch self {
        case .object(let object):
            return .object(
                JSONObject(
                    members: object.members.map { .init(key: $0.key, value: $0.value.changed(to: values, &random)) }))
        case .array(let elements): return .array(elements.map { $0.changed(to: values, &random) })
        default: return random.next() % 3 == 0 ? values.randomElement(using: &random) ?? .null : self
        }
    }
}
