import CallbackConfig
import CallbackCore
import Testing

@Suite("Diagnostics")
struct DiagnosticPrinterTests {
    static let text = """
        version: 1
        sources: {panel: {sqlite: {path: /p}, profile: plesk}}
        targets:
          hook: {command: {run: [x]}}
          idle: {command: {run: [x]}}
        rules:
          - name: ok
            events: [plan_item.created]
            deliver: [hook]
          - name: bill-visible-plan-items
            evnets: [plan_item.created]
            deliver: [hook]
        """

    @Test("are shown to people with line, caret, label and help")
    func human() {
        let result = Samples.read(Self.text)
        #expect(
            DiagnosticPrinter(files: result.files).human(result.diagnostics) == """
                error[C012]: unknown key "evnets" in rule "bill-visible-plan-items"
                  --> etc/callbackd.yaml:11:5
                   |
                11 |     evnets: [plan_item.created]
                   |     ^^^^^^ did you mean "events"?
                   = help: keys allowed here: deliver, events, match, name, on-dead, order-by

                1 error

                """)
    }

    @Test("are warnings where nothing is wrong but something is doubtful")
    func warnings() {
        let result = Samples.read(
            Self.text.replacing("evnets: [plan_item.created]", with: "events: [plan_item.created, plan_item.created]"))
        #expect(result.configuration != nil)
        #expect(
            Samples.lines(result.diagnostics) == [
                "5:3+4 C060 no rule delivers to target \"idle\"",
                "11:33+17 C055 rule \"bill-visible-plan-items\" names the event \"plan_item.created\" twice",
            ])
        #expect(DiagnosticPrinter.summary(result.diagnostics) == "2 warnings")
        #expect(
            Samples.lines(Samples.read("version: 1").diagnostics) == [
                "1:1+7 C061 the configuration has no sources: nothing is watched",
                "1:1+7 C061 the configuration has no rules: nothing is delivered",
            ])
    }

    @Test("are coloured where asked, with the same words")
    func colour() {
        let result = Samples.read(Self.text)
        let coloured = DiagnosticPrinter(files: result.files, usesColour: true).human(result.diagnostics)
        #expect(coloured.hasPrefix("\u{1B}[1;31merror[C012]\u{1B}[0m"))
        let plain = coloured.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
        #expect(plain == DiagnosticPrinter(files: result.files).human(result.diagnostics))
    }

    @Test("are JSON objects for programs, with null for what is missing")
    func json() {
        let result = Samples.read(Self.text)
        let bare = Diagnostic(.warning, "C070", "no place", at: nil)
        #expect(
            DiagnosticPrinter(files: result.files).json(result.diagnostics + [bare]).text == """
                [{"severity":"error","code":"C012","message":"unknown key \\"evnets\\" in rule \\"bill-visible-plan-items\\"",\
                "file":"etc/callbackd.yaml","line":11,"column":5,"length":6,"label":"did you mean \\"events\\"?",\
                "help":"keys allowed here: deliver, events, match, name, on-dead, order-by"},\
                {"severity":"warning","code":"C070","message":"no place","file":null,"line":null,"column":null,\
                "length":null,"label":null,"help":null}]
                """)
    }

    @Test("without a place or a text show what there is")
    func withoutPlace() {
        let printer = DiagnosticPrinter(files: [:])
        #expect(
            printer.human(Diagnostic(.warning, "C070", "no place", at: nil, help: "make one")) == """
                warning[C070]: no place
                 = help: make one

                """)
        let place = ConfigPlace(file: "x", line: 10, column: 2)
        #expect(
            printer.human(Diagnostic(.error, "P001", "elsewhere", at: place, label: "here")) == """
                error[P001]: elsewhere
                  --> x:10:2
                   = here

                """)
        #expect(printer.human([]) == "")
    }

    @Test("never send control characters of a configuration to a terminal")
    func controlCharacters() {
        let result = Samples.read("version: 1\n\"\\e[31mred\": 1\n")
        let shown = DiagnosticPrinter(files: result.files).human(result.diagnostics)
        #expect(!shown.contains("\u{1B}"))
        #expect(shown.contains("unknown key \"\u{FFFD}[31mred\""))
    }

    @Test("cut long lines to a window around the caret")
    func longLines() throws {
        let result = Samples.read(
            "version: 1\nlimits: {in-flight: \(String(repeating: "1", count: 300))x, colour: 1}\n")
        let shown = DiagnosticPrinter(files: result.files).human(result.diagnostics)
        let lines = shown.split(separator: "\n").map(String.init)
        #expect(lines.allSatisfy { $0.count <= 180 })
        let caretLine = try #require(lines.firstIndex { $0.contains("^^^^^^") && !$0.contains("^^^^^^^") })
        let caret = try #require(lines[caretLine].firstIndex(of: "^"))
        let column = lines[caretLine].distance(from: lines[caretLine].startIndex, to: caret)
        #expect(lines[caretLine - 1].dropFirst(column).hasPrefix("colour"))
    }

    @Test("cover signing keys, credentials of headers and passwords of URLs in shown lines")
    func masks() {
        let text = SourceText(
            file: "f",
            text: """
                a: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
                b: "Bearer abc.def", c: "Basic eHl6"
                d: "Bearer ${secret.token}" # {{ x }}
                e: https://user:pa%20ss@host/path?x=@
                f: https://host:8080/path
                """)
        #expect(text.shownLine(1) == "a: whsec_********************************")
        #expect(text.shownLine(2) == "b: \"Bearer *******\", c: \"Basic ****\"")
        #expect(text.shownLine(3) == "d: \"Bearer ${secret.token}\" # {{ x }}")
        #expect(text.shownLine(4) == "e: https://user:*******@host/path?x=@")
        #expect(text.shownLine(5) == "f: https://host:8080/path")
        #expect(text.shownLine(6) == nil)
    }

    @Test("have codes that are each used for one meaning")
    func codes() {
        let codes = DiagnosticCode.allCases
        #expect(Set(codes.map(\.rawValue)).count == codes.count)
        #expect(codes.allSatisfy { $0.rawValue.count == 4 && $0.rawValue.hasPrefix("C") })
        #expect(Set(codes.map(\.meaning)).count == codes.count)
    }
}
