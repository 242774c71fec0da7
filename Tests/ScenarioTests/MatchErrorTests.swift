import CallbackTestKit
import Glibc
import Testing

@Suite("What callbackd match refuses", .serialized)
struct MatchErrorTests {
    private func files(_ more: [String: String] = [:]) throws -> MatchFiles {
        let usual = [
            "one.json": #"{"a":[1]}"#, "patterns": #"{"a":[1]}"# + "\n", "events": #"{"a":1}"# + "\n",
            "pairs": #"{"rule":{"a":[1]},"event":{"a":1}}"# + "\n",
        ]
        return try MatchFiles(usual.merging(more) { $1 })
    }

    @Test("a file that is missing, or none, ends with 66 and its name")
    func missing() throws {
        let files = try files()
        for words in [
            ["--patterns", "/no/such", "--events", "events"], ["--patterns", "patterns", "--events", "/no/such"],
            ["--patterns", "patterns", "--events", "/no/such", "--count"], ["--pattern", "one.json", "/no/such"],
            ["--pairs", "/no/such"],
        ] {
            let result = try files.match(words)
            #expect(result.status == 66, "\(words)")
            #expect(result.output == "")
            #expect(result.errors == "callbackd: cannot read /no/such: no such file or directory\n")
        }
        let pattern = try files.match("--pattern", "/no/such.yaml", "events")
        #expect(pattern.status == 66)
        #expect(pattern.output == "")
        #expect(pattern.errors.hasPrefix(#"error[C002]: cannot read the file "/no/such.yaml": no such file"#))
        for words in [["--pattern", "one.json", "/tmp"], ["--pattern", "/tmp", "events"], ["--pairs", "/tmp"]] {
            let result = try files.match(words)
            #expect(result.status == 66)
            #expect(result.errors.contains("is a directory"), "\(result.errors)")
        }
    }

    @Test("a pattern that is none ends with 65, with the code, the place and the remedy of every mistake")
    func badPattern() throws {
        let files = try files([
            "bad.yaml":
                "type: order.placed\ndata:\n  new: {label: [{prefx: x}], n: [{numeric: [\">\", 5, \"<\", 5]}]}\n"
        ])
        let result = try files.match("--pattern", "bad.yaml", "events")
        #expect(result.status == 65)
        #expect(result.output == "")
        for words in [
            "error[P003]: \"type\" must be a list of alternatives, not a text\n --> bad.yaml:1:7\n",
            "= help: write [\"order.placed\"]\n",
            "error[P007]: unknown operator \"prefx\"\n --> bad.yaml:3:18\n", "did you mean \"prefix\"?",
            "error[P011]: the low end of the range must be below the high end: nothing can match\n --> bad.yaml:3:44\n",
            "3 errors\n", "callbackd: the pattern bad.yaml cannot be used\n",
        ] {
            #expect(result.errors.contains(words), "\(words) is not in \(result.errors)")
        }
        #expect(!result.errors.contains("\u{1B}"))
    }

    @Test(
        "what is no YAML, empty or no pattern at all is refused as a pattern",
        arguments: [
            ("{\"a\":[1", "error[C001]", 65), ("", "error[C001]: the file is empty", 65),
            ("# nothing\n", "error[C001]", 65), ("[1]\n", "error[P001]", 65), ("{}\n", "error[P002]", 65),
            ("a: []\n", "error[P004]", 65), ("a: [[1]]\n", "error[P005]", 65), ("a: [{}]\n", "error[P006]", 65),
            ("a: [{prefix: 1}]\n", "error[P009]", 65), ("a: [{numeric: [1]}]\n", "error[P010]", 65),
            ("a: [1]\na: [2]\n", "error[", 65), ("a: {b: [1]}\na.b: [2]\n", "error[P012]", 65),
            ("$or: [{a: [1]}]\n", "error[P017]", 65), ("a: [{wildcard: \"**\"}]\n", "error[P018]", 65),
            ("a: [{cidr: 10.0.0.0}]\n", "error[P019]", 65),
        ])
    func refusedPatterns(text: String, words: String, status: Int) throws {
        let files = try files(["bad": text])
        let result = try files.match("--pattern", "bad", "events")
        #expect(result.status == status, "\(result.errors)")
        #expect(result.output == "")
        #expect(result.errors.hasPrefix(words), "\(result.errors)")
        #expect(result.errors.hasSuffix("callbackd: the pattern bad cannot be used\n"))
    }

    @Test("all lines that are no patterns are listed with line and column, and end with 65")
    func badPatternLines() throws {
        let files = try files([
            "bad": """
            {"a":[1]}
            {"a":"x"}

            {"b":[{"prefx":"x"}]}
            not json
              {"a":[1,2}
            {"a":[3]} {"a":[4]}
            {"a":[1],"b":{}}
            """
        ])
        for words in [["--patterns", "bad", "--events", "events"], ["--patterns", "bad", "events", "--count"]] {
            let result = try files.match(words)
            #expect(result.status == 65)
            #expect(result.output == "")
            let lines = result.errors.split(separator: "\n")
            #expect(lines.count == 7, "\(result.errors)")
            for (line, start) in zip(
                lines,
                [
                    "bad:2:6: P003: ", #"bad:4:8: P007: unknown operator "prefx" ("#, "bad:5:1: ", "bad:6:12: ",
                    "bad:7:11: unexpected text after the value", "bad:8:10: P002: ",
                    "callbackd: bad: 6 of 7 lines are no patterns",
                ])
            {
                #expect(line.hasPrefix(start), "\(line)")
            }
        }
    }

    @Test("of very many wrong lines the first hundred are listed, and all are counted")
    func manyBadLines() throws {
        let files = try files(["bad": String(repeating: "nope\n", count: 250)])
        let result = try files.match("--patterns", "bad", "--events", "events")
        #expect(result.status == 65)
        let lines = result.errors.split(separator: "\n")
        #expect(lines.count == 101)
        #expect(lines.dropLast().last?.hasPrefix("bad:100:1: ") == true)
        let last = "callbackd: bad: 250 of 250 lines are no patterns, of which the first 100 are shown"
        #expect(lines.last.map(String.init) == last)
    }

    /// Lines that are no events between others: the first, third and last are.
    private static let mixedEvents = """
        {"a":1}
        nope
        {"a":1,"b":2}
        [{"a":1}]
        {"a":1} {"a":1}
        {"a":1
        {"a":"\u{1}"}
        {"a":01}
        \("{\"a\":" + String(repeating: "[", count: 400) + String(repeating: "]", count: 400) + "}")
        {"a":1,"c":3}
        """

    @Test("lines that are no events are named, the others are still judged, and the end is 65")
    func badEvents() throws {
        let files = try files(["mixed": Self.mixedEvents])
        let one = try files.match("--pattern", "one.json", "mixed")
        #expect(one.status == 65)
        #expect(one.output == "{\"a\":1}\n{\"a\":1,\"b\":2}\n{\"a\":1,\"c\":3}\n")
        let lines = one.errors.split(separator: "\n")
        #expect(lines.count == 8, "\(one.errors)")
        for (line, number) in zip(lines, [2, 4, 5, 6, 7, 8, 9]) {
            #expect(line.hasPrefix("mixed:\(number): "), "\(line)")
        }
        #expect(lines.last == "callbackd: mixed: 7 lines are no event")

        let count = try files.match("--pattern", "one.json", "--count", "mixed")
        #expect(count.status == 65)
        #expect(count.output == "3\n")

        let sets = try files.match("--patterns", "patterns", "--events", "mixed")
        #expect(sets.status == 65)
        let verdicts = sets.output.split(separator: "\n")
        #expect(verdicts.count == 10)
        for (index, verdict) in verdicts.enumerated() {
            if [0, 2, 9].contains(index) {
                #expect(verdict == "[0]")
            } else {
                #expect(verdict.hasPrefix("error: "), "\(verdict)")
            }
        }
        #expect(sets.errors == "callbackd: mixed: 7 lines are no event\n")

        let setCount = try files.match("--patterns", "patterns", "--events", "mixed", "--count")
        #expect(setCount.status == 65)
        #expect(setCount.output.hasPrefix("patterns=1 events=10 matches=3 "), "\(setCount.output)")
    }

    @Test("bytes that are no UTF-8 and zero bytes make a line no event")
    func badBytes() throws {
        let files = try files()
        let path = files.folder.file("events")
        let bytes = Array("{\"a\":1,\"b\":\"".utf8) + [0xFF] + Array("\"}\n{\"a\":1}".utf8) + [0] + Array("\n".utf8)
        let file = try #require(fopen(path, "w"))
        #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
        fclose(file)
        let result = try files.match("--pattern", "one.json", "events")
        #expect(result.status == 65)
        #expect(result.output == "")
        #expect(result.errors.contains("events:1: ") && result.errors.contains("UTF-8"), "\(result.errors)")
        #expect(result.errors.contains("events:2: "))
    }

    @Test("a line of more than 64 MiB is refused with its number")
    func endlessLine() throws {
        let files = try files()
        // Sparse: it takes no room on the disk.
        #expect(truncate(files.folder.file("events"), 70 << 20) == 0)
        let result = try files.match("--pattern", "one.json", "events")
        #expect(result.status == 65)
        #expect(result.errors == "callbackd: events:2: the line is longer than 64 MiB\n")
    }

    @Test(
        "options that do not go together end with 64",
        arguments: [
            [], ["--count", "events"], ["--pattern", "one.json", "--patterns", "patterns"],
            ["--pattern", "one.json", "--pairs", "pairs"], ["--patterns", "patterns", "--pairs", "pairs"],
            ["--pairs", "pairs", "--count"], ["--pairs", "pairs", "events"],
            ["--pairs", "pairs", "--events", "events"],
            ["--pattern", "one.json", "--events", "events", "events"], ["--pattern", "one.json", "events", "events"],
            ["--pattern"], ["--pattern", "one.json", "--no-such"], ["--patterns", "-"],
            ["--patterns", "-", "--events", "-"],
        ])
    func usage(words: [String]) throws {
        let files = try files()
        let result = try files.match(words)
        #expect(result.status == 64)
        #expect(result.output == "")
        #expect(result.errors.hasPrefix("Error: "), "\(result.errors)")
    }

    @Test("output that cannot be written ends with 74, and is not taken for success")
    func fullOutput() throws {
        let files = try files()
        let words = [Programs.callbackd, files.folder.file("one.json"), files.folder.file("events")]
        for options in ["", "--count"] {
            let script = "\"$0\" match --pattern \"$1\" \(options) \"$2\" > /dev/full"
            let result = try Shell.run("/bin/sh", ["-c", script] + words)
            #expect(result.status == 74)
            #expect(result.errors == "callbackd: cannot write to standard output: no space left on device\n")
        }
    }
}
