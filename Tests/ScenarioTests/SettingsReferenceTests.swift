import CallbackTestKit
import Testing

/// The schema that the program prints, held against the two files that tell an operator of each setting. That the
/// file of the schema is what the program prints is held elsewhere.
@Suite("Reference of settings")
struct SettingsReferenceTests {
    private static func file(_ name: String) throws -> String { try Shell.read("\(Programs.repository)/\(name)") }

    /// Where each table stands, by the keys above its own; `*` is a name that the user chooses.
    private static let tables: [(above: [String], heading: String)] = [
        ([], "## Top level"), (["control"], "`control:`"), (["limits"], "`limits:`"),
        (["retention"], "`retention:`"), (["reload"], "`reload:`"), (["hooks"], "`hooks:`"),
        (["sources", "*"], "## Sources"), (["sources", "*", "mariadb"], "`mariadb:`"),
        (["sources", "*", "license-api"], "`license-api:`"),
        (["sources", "*", "tables", "*"], "`tables: NAME:`"),
        (["secrets", "*"], "## Secrets"), (["egress"], "`egress:`"), (["defaults"], "`defaults:`"),
        (["targets", "*"], "## Targets"), (["targets", "*", "webhook"], "`webhook:`"),
        (["targets", "*", "command"], "`command:`"), (["rules"], "## Rules"), (["tests"], "`tests:` (each)"),
        (["tests", "event"], "`event:`"), (["tests", "change"], "`change:`"), (["tests", "expect"], "`expect:`"),
        (["tests", "expect", "deliver"], "`deliver:` (of `expect:`)"),
    ]

    /// The keys of a rule's `retry` are told with those of a target.
    private static func isToldElsewhere(_ path: [String]) -> Bool {
        path.starts(with: ["rules", "deliver", "retry"]) && path.count > 3
    }

    @Test("every key of the schema has its line in the reference, and every line its key")
    func reference() throws {
        let schema = try SettingsSchemaFile(text: Self.file("etc/callbackd.schema.json"))
        let told = try Self.told(in: Self.file("docs/reference/settings.md"))
        let known = Set(schema.paths.filter { !Self.isToldElsewhere($0) })
        #expect(known.count > 120)
        #expect(known.subtracting(told).map { $0.joined(separator: ": ") }.sorted() == [], "not in settings.md")
        #expect(told.subtracting(known).map { $0.joined(separator: ": ") }.sorted() == [], "in settings.md only")
    }

    @Test("every key of the schema stands in its part of the commented example")
    func example() throws {
        let schema = try SettingsSchemaFile(text: Self.file("etc/callbackd.schema.json"))
        let parts = try Self.parts(of: Self.file("etc/callbackd.yaml"), named: schema.root.keys)
        var missing: [String] = []
        for path in schema.paths {
            guard let top = path.first, let key = path.last else { continue }
            // What the keys of a retry are stands once, under defaults.
            let part = path.dropLast().last == "retry" ? "defaults" : top
            if !Self.hasKey(key, in: parts[part] ?? "") { missing.append(path.joined(separator: ": ")) }
        }
        #expect(missing.sorted() == [], "not in etc/callbackd.yaml")
        #expect(!Self.hasKey("key", in: "monkey: 1") && Self.hasKey("key", in: "# tls: {key: k}"))
    }

    // MARK: Reading

    /// The paths in the first column of every table: `a: b, c` gives a, a.b and a.c.
    private static func told(in text: String) throws -> Set<[String]> {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var told: Set<[String]> = []
        for table in tables {
            let start = try #require(lines.firstIndex { $0.hasPrefix(table.heading) }, "\(table.heading)")
            let begin = try #require(lines[start...].firstIndex { $0.hasPrefix("| key |") }) + 2
            for row in lines[begin...].prefix(while: { $0.hasPrefix("|") }) {
                let cell = row.split(separator: "|").first ?? ""
                let spans = cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                for span in spans where span.offset % 2 == 1 {
                    let halves = span.element.split(separator: ": ", maxSplits: 1).map(String.init)
                    guard let first = halves.first else { continue }
                    told.insert(table.above + [first])
                    for key in halves.dropFirst().flatMap({ $0.split(separator: ", ") }) {
                        told.insert(table.above + [first, String(key)])
                    }
                }
            }
            // The table itself tells of the key above it.
            if let last = table.above.last, last != "*" { told.insert(table.above) }
        }
        return told
    }

    /// The example's text below each key of the top, whether that stands there as a comment or not.
    private static func parts(of text: String, named names: [String]) -> [String: String] {
        var parts: [String: String] = [:]
        var name = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let bare = line.hasPrefix("# ") ? line.dropFirst(2) : line
            if let colon = bare.firstIndex(of: ":"), names.contains(String(bare[..<colon])) {
                name = String(bare[..<colon])
            }
            parts[name, default: ""] += line + "\n"
        }
        return parts
    }

    private static func hasKey(_ key: String, in text: String) -> Bool {
        text.split { !($0.isLetter || $0.isNumber || "-_:".contains($0)) }.contains { $0 == "\(key):" }
    }
}

/// The JSON Schema of the configuration, as a list of paths.
private struct SettingsSchemaFile {
    let root: JSON
    private(set) var paths: Set<[String]> = []
    private let whole: JSON
    /// What is defined once, at each place where it was looked at.
    private var seen: Set<[String]> = []

    init(text: String) throws {
        whole = try JSON(parsing: text)
        root = whole["properties"]
        walk(whole, [])
    }

    private mutating func walk(_ node: JSON, _ path: [String]) {
        // Patterns hold patterns, and bodies bodies, without end.
        guard path.count < 8 else { return }
        var node = node
        while let reference = node["$ref"].text, reference.hasPrefix("#/$defs/") {
            guard seen.insert(path + [reference]).inserted else { return }
            node = whole["$defs"][String(reference.dropFirst("#/$defs/".count))]
        }
        for key in node["properties"].keys {
            paths.insert(path + [key])
            if path + [key] != ["rules", "match"] { walk(node["properties"][key], path + [key]) }
        }
        if case .object = node["additionalProperties"] { walk(node["additionalProperties"], path + ["*"]) }
        if case .object = node["items"] { walk(node["items"], path) }
        for word in ["oneOf", "anyOf", "allOf"] {
            for choice in node[word].elements { walk(choice, path) }
        }
    }
}
