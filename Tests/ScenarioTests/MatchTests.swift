import CallbackTestKit
import Glibc
import Testing

@Suite("callbackd match", .serialized)
struct MatchTests {
    private static let yaml = """
        # renamed items
        type: [plan_item.updated]
        data:
          new: {label: [{prefix: "WP "}]}
          changed: [label]
        """

    private static let json = """
        {"type": ["plan_item.updated"], "data": {"new": {"label": [{"prefix": "WP "}]}, "changed": ["label"]}}
        """

    /// Written in every odd way that JSON allows; the first, third and fifth match.
    private static let events = [
        #"{"type":"plan_item.updated","data":{"new":{"label":"WP Toolkit"},"changed":["url","label"]}}"#,
        #"{"type":"plan_item.updated","data":{"new":{"label":"WP Toolkit"},"changed":["url"]}}"#,
        "\t" + #" { "data" : {"changed":["label" ] , "new":{"é":"e\u0301 \u00e9 ẞ 😀","label":"\u0057P\u0020x"}} ,"#
            + #""type":"plan_item.updated", "n":1.50e+01,"n":-0}  "#,
        #"{"type":"plan_item.created","data":{"new":{"label":"WP Toolkit"},"changed":["label"]}}"#,
        #"{"type":"plan_item.updated","data":{"new":{"label":"WP \"quoted\" \/"},"changed":["label"]},"x":[[[]],{}]}"#,
    ]

    private static let matching = [events[0], events[2], events[4]].map { $0 + "\n" }.joined()

    private static let files = [
        "pattern.yaml": yaml, "pattern.json": json, "events": events.map { $0 + "\n" }.joined(),
    ]

    /// Swift takes é for e followed by an accent; bytes tell them apart.
    private func expectBytes(_ text: String, _ wanted: String) {
        #expect(Array(text.utf8) == Array(wanted.utf8), "\(text)")
    }

    // MARK: One pattern

    @Test("the events that match are printed byte by byte as they came", arguments: ["pattern.yaml", "pattern.json"])
    func onePattern(pattern: String) throws {
        let files = try MatchFiles(Self.files)
        let events = try Shell.read(files.folder.file("events"))
        for result in [
            try files.match("--pattern", pattern, "events"),
            try files.match("--pattern", pattern, "--events", "events"),
            try files.match("--pattern", pattern, input: events),
            try files.match("--pattern", pattern, "-", input: events),
            try files.match("--pattern", pattern, "--events", "-", input: events),
        ] {
            #expect(result.status == 0)
            #expect(result.errors == "")
            expectBytes(result.output, Self.matching)
        }
    }

    @Test("events come through a pipe as well, in pieces")
    func pipe() throws {
        let files = try MatchFiles(Self.files)
        let script = #"dd if="$1" bs=7 2>/dev/null | "$2" match --pattern "$3""#
        let result = try Shell.run(
            "/bin/sh",
            [
                "-c", script, "sh", files.folder.file("events"), Programs.callbackd,
                files.folder.file("pattern.yaml"),
            ])
        #expect(result.status == 0)
        expectBytes(result.output, Self.matching)
    }

    @Test("--count prints how many match")
    func oneCount() throws {
        let files = try MatchFiles(Self.files)
        let result = try files.match("--pattern", "pattern.yaml", "--count", "events")
        #expect(result.status == 0)
        #expect(result.output == "3\n")
        #expect(result.errors == "")
    }

    @Test("exit 1 where no event matches, or none came")
    func noMatch() throws {
        var texts = Self.files
        texts["never.yaml"] = "type: [no.such]\n"
        texts["empty"] = ""
        texts["blank"] = "\n  \n\t\n\r\n"
        let files = try MatchFiles(texts)
        for (pattern, events) in [("never.yaml", "events"), ("pattern.yaml", "empty"), ("pattern.yaml", "blank")] {
            let found = try files.match("--pattern", pattern, events)
            #expect(found.status == 1)
            #expect(found.output == "")
            #expect(found.errors == "")
            let counted = try files.match("--pattern", pattern, "--count", events)
            #expect(counted.status == 1)
            #expect(counted.output == "0\n")
        }
    }

    @Test("blank lines, CRLF and a last line without its end are no obstacle")
    func lineEnds() throws {
        let lines = "\r\n" + #"{"a":1}"# + "\r\n\n   \n" + #"{"a":2}"# + "\r\n" + #"{"a":1,"b":[]}"#
        let files = try MatchFiles([
            "events": lines, "one.json": #"{"a":[1]}"#,
            "patterns": "\n" + #"{"a":[1]}"# + "\r\n \r\n" + #"{"a":[2]}"# + "\r\n\r\n" + #"{"b":[{"exists":false}]}"#,
        ])
        let one = try files.match("--pattern", "one.json", "events")
        #expect(one.status == 0)
        expectBytes(one.output, #"{"a":1}"# + "\r\n" + #"{"a":1,"b":[]}"# + "\n")
        let sets = try files.match("--patterns", "patterns", "--events", "events")
        #expect(sets.status == 0)
        #expect(sets.output == "[0,2]\n[1,2]\n[0,2]\n")
        #expect(sets.errors == "")
    }

    @Test("a line of megabytes is an event like any other")
    func longLine() throws {
        let long = #"{"text":""# + String(repeating: "x", count: 5_000_000) + #"y","a":1}"#
        let text = #"{"a":1}"# + "\n" + long + "\n" + #"{"a":2}"# + "\n" + #"{"a":1,"last":true}"#
        let files = try MatchFiles([
            "one.json": #"{"a":[1]}"#, "end.json": #"{"text":[{"suffix":"xy"}]}"#, "events": text,
        ])
        let one = try files.match("--pattern", "one.json", "events")
        #expect(one.status == 0)
        // Not in #expect: a failure would print megabytes.
        let isSame = Array(one.output.utf8) == Array("{\"a\":1}\n\(long)\n{\"a\":1,\"last\":true}\n".utf8)
        #expect(isSame)
        #expect(try files.match("--pattern", "end.json", "--count", "events").output == "1\n")
    }

    @Test("many lines are read whole wherever a piece of the file ends")
    func manyLines() throws {
        // Lengths of all sorts, over several megabytes, so that every kind of line stands across a piece's end.
        let lines = (0..<60_000).map { #"{"n":\#($0 % 3),"text":"\#(String(repeating: "é", count: $0 % 71))"}"# }
        let files = try MatchFiles(["one.json": #"{"n":[1]}"#, "events": lines.joined(separator: "\n")])
        let result = try files.match("--pattern", "one.json", "events")
        #expect(result.status == 0)
        let wanted = lines.indices.filter { $0 % 3 == 1 }.map { lines[$0] + "\n" }.joined()
        let isSame = Array(result.output.utf8) == Array(wanted.utf8)
        #expect(isSame)
    }

    // MARK: Many patterns

    @Test("--patterns prints the numbers of the patterns that match each event")
    func sets() throws {
        let files = try MatchFiles([
            "patterns": """
            {"a":["x"]}
            {"a":["y"]}
            {"a":["x","y"]}
            {"$or":[{"a":["z"]},{"b":[{"exists":true}]}]}
            """,
            "events": """
            {"a":"x"}
            {"c":1}
            {"a":"y","b":null}
            {}
            {"a":["x","y","z"]}
            """,
        ])
        let wanted = "[0,2]\n[]\n[1,2,3]\n[]\n[0,1,2,3]\n"
        let events = try Shell.read(files.folder.file("events"))
        for result in [
            try files.match("--patterns", "patterns", "--events", "events"),
            try files.match("--patterns", "patterns", "events"),
            try files.match("--patterns", "patterns", input: events),
            try files.match("--patterns", "patterns", "--events", "-", input: events),
        ] {
            #expect(result.status == 0)
            #expect(result.output == wanted)
            #expect(result.errors == "")
        }
        let patterns = try Shell.read(files.folder.file("patterns"))
        let fromInput = try files.match("--patterns", "-", "--events", "events", input: patterns)
        #expect(fromInput.status == 0)
        #expect(fromInput.output == wanted)
    }

    @Test("--count prints one line, whose matches are the sum of what is printed without it")
    func setCounts() throws {
        // Pattern k wants a number below k, or a name that ends with its last digit.
        let patterns = (0..<120).map {
            #"{"$or":[{"n":[{"numeric":["<",\#($0)]}]},{"name":[{"suffix":"-\#($0 % 10)"}],"n":[{"numeric":["<",\#($0 + 5)]}]}]}"#
        }
        let events = (0..<300).map { #"{"n":\#($0 % 150),"name":"item-\#($0 % 10)"}"# }
        let files = try MatchFiles([
            "patterns": patterns.joined(separator: "\n"), "events": events.joined(separator: "\n"),
        ])
        let lists = try files.match("--patterns", "patterns", "--events", "events")
        #expect(lists.status == 0)
        let wanted = (0..<300).map { event in
            let number = event % 150
            return (0..<120).filter { number < $0 || ($0 % 10 == event % 10 && number < $0 + 5) }
        }
        #expect(lists.output == wanted.map { "[\($0.map(String.init).joined(separator: ","))]\n" }.joined())

        let count = try files.match("--patterns", "patterns", "--events", "events", "--count")
        #expect(count.status == 0)
        #expect(count.errors == "")
        let form = /patterns=(\d+) events=(\d+) matches=(\d+) compile=(\d+\.\d{6}) seconds=(\d+\.\d{6})\n/
        let line = try #require(count.output.wholeMatch(of: form), "\(count.output)")
        #expect(line.1 == "120")
        #expect(line.2 == "300")
        #expect(Int(line.3) == wanted.reduce(0) { $0 + $1.count })
        #expect(try #require(Double(line.4)) > 0)
        #expect(try #require(Double(line.5)) > 0)
    }

    @Test("no patterns and no events are counts of 0")
    func nothing() throws {
        let files = try MatchFiles(["empty": "", "patterns": #"{"a":[1]}"#, "events": #"{"a":1}"#])
        #expect(try files.match("--patterns", "empty", "--events", "events").output == "[]\n")
        let result = try files.match("--patterns", "patterns", "--events", "empty", "--count")
        #expect(result.status == 0)
        #expect(result.output.hasPrefix("patterns=1 events=0 matches=0 compile="))
        #expect(try files.match("--patterns", "patterns", "--events", "empty").output == "")
    }

    // MARK: Pairs

    @Test("--pairs prints true, false or what is wrong, for each line")
    func pairs() throws {
        let lines = """
            {"rule": {"a":["x"]}, "event": {"a":"x"}}
            {"note": 1, "event": {"a":"y"}, "rule": {"a":["x"]}}

            {"rule": {"a":"x"}, "event": {"a":"x"}}
            {"rule": {"a":["x"]}, "event": 1}
            {"rule": {"a":["x"]}}
            {"rule": {"a":["x"]}, "event": {"a":"x"}} x
            []
            {"rule": {"a":["x"]}, "event": {"a":"x"}}
            """
        let files = try MatchFiles(["pairs": lines])
        for result in [try files.match("--pairs", "pairs"), try files.match("--pairs", "-", input: lines)] {
            #expect(result.status == 0)
            #expect(result.errors == "")
            let verdicts = result.output.split(separator: "\n")
            #expect(verdicts.count == 8)
            #expect(verdicts.prefix(2) == ["true", "false"])
            #expect(verdicts.last == "true")
            #expect(verdicts.dropFirst(2).prefix(5).allSatisfy { $0.hasPrefix("error: ") }, "\(verdicts)")
            #expect(verdicts.dropFirst(2).first?.hasPrefix("error: P003: \"a\" must be a list") == true)
            #expect(verdicts.dropFirst(4).first == #"error: a line needs "rule" and "event""#)
        }
    }

    @Test("the corpus of corner cases through --pairs: each verdict is the one that is written there")
    func corpus() throws {
        let path = "\(Programs.repository)/Tests/CallbackRulesTests/Corpus/patterns.jsonl"
        let lines = try Shell.read(path).split(separator: "\n")
        #expect(lines.count > 500)
        let result = try Shell.run(Programs.callbackd, ["match", "--pairs", path])
        #expect(result.status == 0)
        #expect(result.errors == "")
        let verdicts = result.output.split(separator: "\n")
        try #require(verdicts.count == lines.count)
        let expectation = /, "expect": (?:"error"|(true|false)), "why": "/
        for (line, verdict) in zip(lines, verdicts) {
            let found = try #require(line.firstMatch(of: expectation), "\(line)")
            if let wanted = found.1 {
                #expect(verdict == wanted, "\(line)")
            } else {
                #expect(verdict.hasPrefix("error: "), "\(line)")
            }
        }
    }
}
