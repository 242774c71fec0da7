import CallbackCore
import Testing

@testable import CallbackConfig

@Suite("The text of a configuration file")
struct YamlTests {
    private func root(_ text: String) throws -> ConfigNode {
        let (root, reader) = YamlReader.read(Array(text.utf8), file: "f")
        #expect(Samples.lines(reader.diagnostics) == [])
        return try #require(root)
    }

    private func problems(_ bytes: [UInt8]) -> [String] {
        Samples.lines(YamlReader.read(bytes, file: "f").reader.diagnostics)
    }

    @Test(
        "an unquoted scalar means what YAML 1.2 says, and only true and false are booleans",
        arguments: [
            ("true", .bool(true)), ("false", .bool(false)), ("True", .string("True")), ("yes", .string("yes")),
            ("off", .string("off")), ("~", .null), ("null", .null), ("", .null), ("12", .integer(12)),
            ("-7", .integer(-7)), ("+7", .integer(7)), ("007", .integer(7)), ("0x1F", .integer(31)),
            ("0o17", .integer(15)), ("0x-1", .string("0x-1")), ("1.5", .double(1.5)), ("1e3", .double(1000)),
            (".5", .double(0.5)), (".", .string(".")), ("-", .string("-")), ("1_000", .string("1_000")),
            ("12:30", .string("12:30")), ("2026-12-31", .string("2026-12-31")), ("0b1", .string("0b1")),
            (".inf", .double(.infinity)), ("--1", .string("--1")), ("1e", .string("1e")),
            ("9223372036854775808", .longNumber("9223372036854775808")), ("\u{0661}", .string("\u{0661}")),
        ] as [(String, ConfigNode.Content)]
    )
    func scalars(_ text: String, _ content: ConfigNode.Content) {
        #expect(PlainScalar.resolve(text) == content)
    }

    @Test("quoted scalars and those tagged as texts are texts")
    func quoted() throws {
        let node = try root("{a: '1', b: \"true\", c: !!str 5, d: 5}")
        #expect(node.json == ["a": "1", "b": "true", "c": "5", "d": 5])
    }

    @Test("places count characters from 1 and cover the whole token")
    func places() throws {
        let node = try root("ä: [\"x\\\"y\", 'it''s' , plain text]  # end\nb:\n  - {c: d}\n  - |\n    text\n")
        let list = try #require(node["ä"])
        #expect(list.place == ConfigPlace(file: "f", line: 1, column: 4, length: 30))
        #expect(list.elements?.map(\.place.column) == [5, 13, 23])
        #expect(list.elements?.map(\.place.length) == [6, 7, 10])
        #expect(
            node["b"]?.elements?.map(\.place) == [
                ConfigPlace(file: "f", line: 3, column: 5, length: 6),
                ConfigPlace(file: "f", line: 4, column: 5, length: 1),
            ])
    }

    @Test("a byte order mark at the beginning shifts nothing")
    func byteOrderMark() throws {
        #expect(try root("\u{FEFF}a: b").members?.first?.keyPlace.column == 1)
    }

    @Test("bytes that are no UTF-8 are refused where they stand")
    func notUTF8() {
        #expect(problems(Array("a: b\nä: ".utf8) + [0xFF, 0x41]) == ["2:4+1 C001 the file is not UTF-8 text"])
        #expect(problems([0xFF, 0xFE, 0x41, 0x00]) == ["1:1+1 C001 the file is not UTF-8 text"])
    }

    @Test("a file above 1 MiB is refused, one of 1 MiB is read")
    func size() throws {
        let limit = [UInt8](repeating: UInt8(ascii: "#"), count: 1 << 20)
        #expect(problems(limit) == [])
        #expect(problems(limit + limit.prefix(1)) == ["1:1+1 C003 the file is larger than 1 MiB"])
    }

    @Test("64 levels are read and 65 are refused")
    func depth() throws {
        func nested(_ levels: Int) -> [UInt8] {
            Array((String(repeating: "[", count: levels - 1) + "x" + String(repeating: "]", count: levels - 1)).utf8)
        }
        #expect(problems(nested(64)) == [])
        #expect(problems(nested(65)) == ["1:65+1 C003 values are nested more than 64 levels deep"])
    }

    @Test("100,000 brackets are an error and no crash")
    func brackets() {
        let found = problems([UInt8](repeating: UInt8(ascii: "["), count: 100_000))
        #expect(found.count == 1)
        #expect(found.first?.contains("C001") == true)
    }

    @Test("aliases of aliases that grow without bound are refused")
    func bomb() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            let list = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(list)]\n"
        }
        let found = problems(Array(text.utf8))
        #expect(found == ["1:31+1 C003 aliases repeat more than 10000 values"])
        #expect(problems(Array((text + "? *a12\n: x\n? *a12\n: y\n").utf8)).map { $0.prefix(9) } == ["14:1+1 C0"])
    }

    @Test("more duplicate keys than the limit end in one error more, not in silence")
    func manyDuplicates() {
        let text = (0..<60).map { "k\($0): 1\nk\($0): 2\n" }.joined()
        #expect(problems(Array(text.utf8)) == ["1:1+1 C004 the file has more than 50 duplicate keys"])
    }

    @Test("a megabyte on one line is read in its time", .timeLimit(.minutes(1)))
    func oneLine() throws {
        let items = (0..<60_000).map { "k\($0): [\($0)]" }.joined(separator: ", ")
        #expect(try root("{\(items)}").members?.count == 60_000)
    }

    @Test("a duplicate key that cannot be renamed is still reported")
    func oddDuplicate() {
        #expect(problems(Array("\"\\x61\": 1\n\"\\x61\": 2\n".utf8)) == ["1:1+6 C004 duplicate key \"a\""])
    }
}

@Suite("Quantities")
struct QuantityTests {
    @Test("durations have a whole number and a unit")
    func durations() {
        #expect(Quantity.duration("500ms") == .success(.milliseconds(500)))
        #expect(Quantity.duration("5s") == .success(.seconds(5)))
        #expect(Quantity.duration("5m") == .success(.minutes(5)))
        #expect(Quantity.duration("2h") == .success(.hours(2)))
        #expect(Quantity.duration("3d") == .success(.days(3)))
        #expect(Quantity.duration("3650d") == .success(.days(3650)))
        #expect(Quantity.duration("3651d") == .failure(.tooLarge))
        #expect(Quantity.duration("9223372036854775807d") == .failure(.tooLarge))
        #expect(Quantity.duration("5") == .failure(.missingUnit))
        for text in ["", "s", "-5s", "5 s", "5S", "1h30m", "1.5h", "٥s"] {
            #expect(Quantity.duration(text) == .failure(.unreadable), "\(text)")
        }
    }

    @Test("sizes have binary units")
    func sizes() {
        #expect(Quantity.size("512B") == .success(512))
        #expect(Quantity.size("64KiB") == .success(65_536))
        #expect(Quantity.size("10MiB") == .success(10 << 20))
        #expect(Quantity.size("1GiB") == .success(1 << 30))
        #expect(Quantity.size("2TiB") == .success(2 << 40))
        #expect(Quantity.size("8388608TiB") == .failure(.tooLarge))
        #expect(Quantity.size("64") == .failure(.missingUnit))
        #expect(Quantity.size("64KB") == .failure(.unreadable))
    }

    @Test("percentages lie between 0% and 100%")
    func percentages() {
        #expect(Quantity.percent("0%") == .success(0))
        #expect(Quantity.percent("20%") == .success(0.2))
        #expect(Quantity.percent("100%") == .success(1))
        #expect(Quantity.percent("101%") == .failure(.tooLarge))
        #expect(Quantity.percent("20") == .failure(.missingUnit))
    }

    @Test("the last day of a previous secret ends at midnight UTC; moments are exact")
    func dates() {
        #expect(SecretExpiry.read("1970-01-01")?.milliseconds == 86_400_000)
        #expect(SecretExpiry.read("2024-02-29")?.description == "2024-03-01T00:00:00.000Z")
        #expect(SecretExpiry.read("2026-12-31T18:00:05Z")?.description == "2026-12-31T18:00:05.000Z")
        #expect(SecretExpiry.read("2100-02-28")?.description == "2100-03-01T00:00:00.000Z")
        for text in [
            "2026-02-29", "2026-13-01", "2026-1-01", "31.12.2026", "2026-12-31T24:00:00Z", "2026-12-31T18:00:00",
        ] {
            #expect(SecretExpiry.read(text) == nil, "\(text)")
        }
    }
}
