import CallbackCore
import CallbackRules
import Testing

@Suite("What a rule book renders")
struct RuleBookRenderingTests {
    private let event = Sample.event(data: ["new": ["id": 7, "name": "plan item", "label": "WP \"x\""]])

    private func book(_ target: TargetSettings, body: String? = nil) throws -> RuleBook {
        let rule = try Sample.rule("r", ["plan_item.created"], deliver: [Sample.deliver("t", body: body)])
        let (book, found) = RuleBook.compile(rules: [rule], targets: [target], catalog: Sample.catalog)
        #expect(found.isEmpty, "\(found)")
        return try #require(book)
    }

    private func render(
        _ book: RuleBook, _ event: Event? = nil, current: RuleBook? = nil, secrets: (String) -> String? = { _ in nil }
    ) throws -> Rendering? {
        try book.rendering(rule: "r", target: "t", event: event ?? self.event, current: current, secrets: secrets).get()
    }

    private func failure(_ book: RuleBook, _ event: Event) -> String? {
        switch book.rendering(rule: "r", target: "t", event: event, secrets: { _ in nil }) {
        case .success: nil
        case .failure(let error): error.message
        }
    }

    @Test("an event without templates goes as it is, and is not even parsed")
    func fastPath() throws {
        let broken = Event(
            sequence: 1, id: EventID(rawValue: "evt_x"), type: "plan_item.created", subject: "s",
            time: Timestamp(milliseconds: 0), body: Array("no json".utf8))
        let webhook = try book(Sample.webhook("t", headers: ["X-Fixed": "a"]))
        #expect(try render(webhook, broken) == nil)
        let command = try book(Sample.command("t", run: ["/bin/true", "-v"], environment: ["A": "b"]))
        #expect(try render(command, broken) == nil)
    }

    @Test("attributes are filled in without parsing the event, data is not")
    func attributesOnly() throws {
        let broken = Event(
            sequence: 42, id: EventID(rawValue: "evt_x"), type: "plan_item.created", subject: "s/1",
            time: Timestamp(milliseconds: 0), body: Array("no json".utf8))
        let attributes = try book(
            Sample.webhook("t", headers: ["X-Event": "{{ id }} {{ type }} {{ subject }} {{ time }} {{ sequence }}"]))
        #expect(
            try render(attributes, broken)?.headers
                == ["X-Event": "evt_x plan_item.created s/1 1970-01-01T00:00:00.000Z 0000000000000042"])
        let data = try book(Sample.webhook("t", headers: ["X-Name": "{{ data.new.name }}"]))
        #expect(failure(data, broken)?.contains("cannot be read") == true)
    }

    @Test("a webhook's URL, headers and body are rendered, and only what is templated")
    func webhook() throws {
        let target = Sample.webhook(
            "t", url: "https://x.example/items/{{ data.new.name }}?label={{ data.new.label }}",
            headers: ["X-Fixed": "a", "X-Label": "{{ data.new.label }}", "Authorization": "Bearer ${secret.token}"])
        let book = try book(
            target, body: #"{"id":"{{ data.new.id }}","text":"{{ data.new.label }}!","source":"{{ source }}"}"#)
        let rendering = try #require(try render(book, secrets: { $0 == "token" ? "hush" : nil }))
        #expect(rendering.url == "https://x.example/items/plan%20item?label=WP%20%22x%22")
        #expect(rendering.headers == ["X-Label": "WP \"x\"", "Authorization": "Bearer hush"])
        #expect(
            rendering.body.map { String(decoding: $0, as: UTF8.self) }
                == #"{"id":7,"text":"WP \"x\"!","source":"/installation/panel"}"#)
        #expect(rendering.arguments == nil && rendering.environment.isEmpty)
    }

    @Test("a command's arguments come whole, its environment only where it is templated")
    func command() throws {
        let target = Sample.command(
            "t", run: ["/bin/x", "-v", "--plan={{ data.new.name }}"],
            environment: ["A": "fixed", "B": "{{ data.new.id }}"])
        let rendering = try #require(try render(try book(target)))
        #expect(rendering.arguments == ["/bin/x", "-v", "--plan=plan item"])
        #expect(rendering.environment == ["B": "7"])
        #expect(rendering.url == nil && rendering.body == nil && rendering.headers.isEmpty)
    }

    @Test("what cannot be rendered says where and why, and shows no secret")
    func failures() throws {
        let target = Sample.webhook("t", headers: ["X-Name": "{{ data.new.name }}"])
        let poison = Sample.event(data: ["new": ["name": "a\r\nX-Evil: 1"]])
        #expect(
            failure(try book(target), poison)
                == #"rule "r", target "t": header "X-Name": the value of "data.new.name" holds a line break, which a header cannot"#
        )
        let secret = try book(Sample.webhook("t", headers: ["X-Key": "${secret.key}"]))
        #expect(failure(secret, event)?.hasSuffix(#"header "X-Key": the secret "key" is not there"#) == true)
        let command = try book(Sample.command("t", run: ["/bin/x", "{{ data.new.name }}"]))
        let nul = Sample.event(data: ["new": ["name": "a\u{0}"]])
        #expect(failure(command, nul)?.contains("argument 1: ") == true)
    }

    @Test("a rule or target that this rule book has not is a failure, not a crash")
    func strangers() throws {
        let book = try book(Sample.webhook("t"))
        for (rule, target) in [(RuleName("x"), TargetName("t")), ("r", "x")] {
            let result = book.rendering(rule: rule, target: target, event: event, secrets: { _ in nil })
            #expect(throws: RenderingError.self) { try result.get() }
        }
    }

    @Test("an earlier version gives its own headers and body, but the URL of the one in force")
    func earlierVersion() throws {
        let earlier = try book(
            Sample.webhook(
                "t", url: "https://old.example/{{ data.new.id }}",
                headers: ["X-Fixed": "old", "X-Id": "{{ data.new.id }}"]),
            body: #"{"old":"{{ data.new.id }}"}"#)
        let current = try book(
            Sample.webhook("t", url: "https://new.example/{{ data.new.id }}", headers: ["X-Fixed": "new"]))
        let rendering = try #require(try render(earlier, current: current))
        #expect(rendering.url == "https://new.example/7")
        #expect(rendering.headers == ["X-Fixed": "old", "X-Id": "7"])
        #expect(rendering.body.map { String(decoding: $0, as: UTF8.self) } == #"{"old":7}"#)
        #expect(try render(current, current: current)?.headers == [:])
    }

    @Test("an earlier version of a command gives its own arguments and environment, fixed ones too")
    func earlierCommand() throws {
        let earlier = try book(Sample.command("t", run: ["/bin/old", "-v"], environment: ["A": "old"]))
        let current = try book(Sample.command("t", run: ["/bin/new"]))
        let rendering = try #require(try render(earlier, current: current))
        #expect(rendering.arguments == ["/bin/old", "-v"])
        #expect(rendering.environment == ["A": "old"])
        #expect(try render(earlier, current: earlier) == nil)
    }
}
