import CallbackCore
import CallbackRules
import Testing

@Suite("The archive of a rule book")
struct RuleBookArchiveTests {
    private func source(line: Int = 1, header: String = "Bearer ${secret.token}", extra: String = "x") throws
        -> RuleBookSource
    {
        RuleBookSource(
            rules: [
                try Sample.rule(
                    "r", ["plan_item.created", "order.placed"],
                    match: #"{"data":{"new":{"id":[{"numeric":[">",1.5]},null,true,"a"]}}}"#,
                    orderBy: #""{{ data.new.id }}""#,
                    deliver: [
                        Sample.deliver(
                            "t", retry: RetryPolicy(schedule: [.seconds(1), .milliseconds(1500)], jitter: 0.25),
                            body: #"{"z":"{{ data.new.id }}","a":[1,null]}"#),
                        Sample.deliver("c"),
                    ], line: line),
                try Sample.rule("plain", ["plan_item.created"], deliver: [Sample.deliver("t")], line: line + 1),
            ],
            targets: [
                Sample.webhook("t", url: "https://user:pass@x.example/", headers: ["B": "2", "A": "1", "C": header]),
                Sample.command("c", run: ["/bin/x", "{{ subject }}"], environment: ["Z": "{{ id }}", "Y": extra]),
            ])
    }

    @Test("a rule book read from its archive has the same archive and does the same")
    func roundTrip() throws {
        let original = try source()
        let kept = try RuleBookSource(archive: original.archive)
        #expect(kept.archive == original.archive)
        let (first, _) = RuleBook.compile(original, catalog: Sample.catalog)
        let (second, found) = RuleBook.compile(kept)
        #expect(found.isEmpty)
        let before = try #require(first)
        let after = try #require(second)
        for id in [JSONValue.double(1.6), 1, nil, true, "a", "b"] {
            let captured = Sample.captured(data: ["new": ["id": id]])
            #expect(before.matches(captured, source: "/x") == after.matches(captured, source: "/x"))
        }
        let event = Sample.event(data: ["new": ["id": 7]])
        for target in [TargetName("t"), "c"] {
            let one = try before.rendering(rule: "r", target: target, event: event, secrets: { _ in "s" }).get()
            let two = try after.rendering(rule: "r", target: target, event: event, secrets: { _ in "s" }).get()
            #expect(one != nil && one == two)
        }
        #expect(
            after.retry(rule: "r", target: "t")
                == RetryPolicy(schedule: [.seconds(1), .milliseconds(1500)], jitter: 0.25))
        #expect(after.retry(rule: "r", target: "c") == nil)
    }

    @Test("equal rule books have equal bytes wherever they stand in a file, and other ones have others")
    func stability() throws {
        let bytes = try source().archive
        for _ in 0..<20 { #expect(try source(line: 77).archive == bytes) }
        #expect(try source(extra: "y").archive != bytes)
        #expect(try source(header: "Basic").archive != bytes)
        var swapped = try source()
        swapped.targets.reverse()
        #expect(swapped.archive == bytes)
        swapped.rules.reverse()
        #expect(swapped.archive != bytes)
    }

    @Test("an archive names secrets, and holds neither their values nor a URL")
    func secrets() throws {
        let book = try #require(RuleBook.compile(try source(), catalog: Sample.catalog).0)
        _ = try book.rendering(
            rule: "r", target: "t", event: Sample.event(data: ["new": ["id": 1]]), secrets: { _ in "hush-hush" }
        ).get()
        let text = String(decoding: book.source.archive, as: UTF8.self)
        #expect(text.contains("${secret.token}"))
        #expect(!text.contains("hush-hush") && !text.contains("user:pass"))
    }

    @Test("a plain archive is the text that it always was")
    func golden() throws {
        let source = RuleBookSource(
            rules: [try Sample.rule("r", ["a.b"], orderBy: #""none""#, deliver: [Sample.deliver("t")])],
            targets: [Sample.webhook("t", headers: ["A": "1"])])
        #expect(
            String(decoding: source.archive, as: UTF8.self) == #"{"version":1,"rules":[{"name":"r","events":["a.b"],"#
                + #""order-by":"none","deliver":[{"target":"t"}]}],"targets":[{"name":"t","kind":"webhook","#
                + #""headers":{"A":"1"},"environment":{}}]}"#)
    }

    @Test("what the filters of a kept rule book make of an event never changes")
    func filtersKept() throws {
        let archive = #"""
            {"version":1,"rules":[{"name":"r","events":["a.b"],"deliver":[{"target":"t","body":{
            "default":"{{ data.none | default(\"x\") }}","json":"{{ data.list | json }}","string":"{{ data.n | string }}",
            "number":"{{ data.digits | number }}","bool":"{{ data.flag | bool }}","lower":"{{ data.s | lower }}",
            "upper":"{{ data.s | upper }}","trim":"{{ data.s | trim }}","truncate":"{{ data.s | truncate(3) }}",
            "replace":"{{ data.s | replace(\"ä\", \"ae\") }}","date":"{{ time | date(\"EEE d MMM yy HH:mm:ss.SSS\") }}",
            "rfc3339":"{{ time | date('rfc3339') }}","unix":"{{ time | date('unix') }}","http":"{{ time | date('http') }}",
            "join":"{{ data.list | join('-') }}","length":"{{ data.s | length }}","quoted":"{{ '{{' }}"}}]}],
            "targets":[{"name":"t","kind":"webhook","headers":{"H":"{{ data.s | trim | upper }}"},"environment":{}}]}
            """#
        let (book, found) = RuleBook.compile(try RuleBookSource(archive: Array(archive.utf8)))
        #expect(found.isEmpty)
        let event = Sample.event(
            "a.b", data: ["n": 7, "digits": "7.5", "flag": "1", "s": " Bär ", "list": [1, nil, "x"], "none": nil])
        let rendering = try #require(book).rendering(rule: "r", target: "t", event: event, secrets: { _ in nil }).get()
        let body = try #require(rendering?.body)
        #expect(
            String(decoding: body, as: UTF8.self)
                == #"{"default":"x","json":"[1,null,\"x\"]","string":"7","number":7.5,"#
                + #""bool":true,"lower":" bär ","upper":" BÄR ","trim":"Bär","truncate":" Bä","replace":" Baer ","#
                + #""date":"Sun 22 Nov 26 10:00:00.123","rfc3339":"2026-11-22T10:00:00.123Z","unix":1795341600,"#
                + #""http":"Sun, 22 Nov 2026 10:00:00 GMT","join":"1--x","length":5,"quoted":"{{"}"#)
        #expect(rendering?.headers["H"] == "BÄR")
    }

    @Test(
        "what is no archive is refused",
        arguments: [
            "", "[]", "{}", #"{"version":2,"rules":[],"targets":[]}"#, #"{"version":1}"#, #"{"version":1,"rules":[]}"#,
            #"{"version":1,"rules":[{}],"targets":[]}"#, #"{"version":1,"rules":[5],"targets":[]}"#,
            #"{"version":1,"rules":[{"name":"r","events":[1],"deliver":[]}],"targets":[]}"#,
            #"{"version":1,"rules":[{"name":"r","events":[],"deliver":[{}]}],"targets":[]}"#,
            #"{"version":1,"rules":[{"name":"r","events":[],"deliver":[{"target":"t","retry":{}}]}],"targets":[]}"#,
            #"{"version":1,"rules":[],"targets":[{"name":"t"}]}"#,
            #"{"version":1,"rules":[],"targets":[{"name":"t","kind":"webhook"}]}"#,
            #"{"version":1,"rules":[],"targets":[{"name":"t","kind":"c","headers":{"A":1},"environment":{}}]}"#,
            #"{"version":1,"rules":[],"targets":[{"name":"t","kind":"c","headers":{},"environment":{},"run":[1]}]}"#,
        ])
    func refused(text: String) {
        let error = #expect(throws: RuleBookArchiveError.self) { try RuleBookSource(archive: Array(text.utf8)) }
        #expect(error?.description.hasPrefix("this rule book cannot be read: ") == true)
    }
}
