import CallbackCore
import CallbackRules
import Testing

@Suite("What a rule book renders for each format")
struct FormatRenderingTests {
    private let event = Sample.event(data: ["new": ["id": 7, "name": "plan <\"item\">", "label": "WP"]])

    private func compile(
        _ target: TargetSettings, body: String? = nil, orderBy: String? = nil
    ) throws -> (RuleBook?, [Diagnostic]) {
        let rule = try Sample.rule(
            "r", ["plan_item.created"], orderBy: orderBy, deliver: [Sample.deliver("t", body: body)])
        return RuleBook.compile(rules: [rule], targets: [target], catalog: Sample.catalog)
    }

    private func render(
        _ target: TargetSettings, body: String? = nil, orderBy: String? = nil, event: Event? = nil
    ) throws -> Rendering? {
        let (book, found) = try compile(target, body: body, orderBy: orderBy)
        try #require(found.isEmpty, "\(found)")
        return try #require(book).rendering(
            rule: "r", target: "t", event: event ?? self.event, secrets: { _ in nil }
        ).get()
    }

    private func text(_ rendering: Rendering?) -> String? {
        rendering?.body.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("the default format is rendered by nobody, also where it is written down")
    func structured() throws {
        #expect(try render(Sample.webhook("t", format: .cloudEvents)) == nil)
    }

    @Test("the standard payload is JSON with type, timestamp and data")
    func standard() throws {
        let rendering = try #require(try render(Sample.webhook("t", format: .standard)))
        #expect(rendering.contentType == "application/json")
        #expect(
            text(rendering)
                == #"{"type":"plan_item.created","timestamp":"2026-11-22T10:00:00.123Z","data":{"new":{"id":7,"name":"plan <\"item\">","label":"WP"}}}"#
        )
    }

    @Test("the binary mode has the ordering key as partitionkey, where there is one")
    func binary() throws {
        let target = Sample.webhook("t", format: .cloudEventsBinary)
        let rendering = try #require(try render(target))
        #expect(rendering.contentType == "application/json")
        #expect(text(rendering) == #"{"new":{"id":7,"name":"plan <\"item\">","label":"WP"}}"#)
        #expect(rendering.attributes["partitionkey"] == "plan_item/7")
        #expect(rendering.attributes["id"] == event.id.rawValue)
        #expect(rendering.attributes["sequence"] == "0000000000000042")
        #expect(try render(target, orderBy: #""owner {{ data.new.id }}""#)?.attributes["partitionkey"] == "owner 7")
        #expect(try render(target, orderBy: #""none""#)?.attributes["partitionkey"] == nil)
        let empty = Sample.event(data: ["new": ["id": nil]])
        let byID = try render(target, orderBy: #""{{ data.new.id }}""#, event: empty)
        #expect(byID?.attributes["partitionkey"] == nil && byID?.attributes["type"] == "plan_item.created")
    }

    @Test(
        "a rule's own body is sent alone, as JSON, whatever the format",
        arguments: [WebhookFormat.cloudEvents, .cloudEventsBinary, .standard, .template])
    func ownBody(format: WebhookFormat) throws {
        let rendering = try #require(
            try render(Sample.webhook("t", format: format), body: #"{"plan":"{{ data.new.id }}"}"#))
        #expect(text(rendering) == #"{"plan":7}"#)
        #expect(rendering.contentType == "application/json" && rendering.attributes.isEmpty)
    }

    @Test("a content type among the headers is not doubled")
    func contentTypeHeader() throws {
        let target = Sample.webhook("t", headers: ["content-TYPE": "application/json"], format: .standard)
        #expect(try render(target)?.contentType == nil)
    }

    @Test("a target's template is sent where a rule gives no body, in its content type")
    func template() throws {
        let target = Sample.webhook(
            "t", format: .template, contentType: "text/xml; charset=utf-8",
            body: ConfigNode(.string("<plan>{{ data.new.name }}</plan>"), at: Sample.place))
        let own = try #require(try render(target))
        #expect(own.contentType == "text/xml; charset=utf-8")
        #expect(text(own) == "<plan>plan &lt;&quot;item&quot;&gt;</plan>")
        let rule = try #require(try render(target, body: #""<id>{{ data.new.id }}</id>""#))
        #expect(text(rule) == "<id>7</id>" && rule.contentType == "text/xml; charset=utf-8")
    }

    @Test("a template target without any body is an error at the rule, and fields are held against its own rules")
    func missing() throws {
        #expect(try compile(Sample.webhook("t", format: .template)).1.map(\.code) == ["R012"])
        let target = Sample.webhook(
            "t", format: .template, body: ConfigNode(.string("{{ data.app.value }}"), at: Sample.place))
        #expect(try compile(target).1.map(\.code) == ["T007"])
        // The rule that lacks the field brings a body of its own.
        let rules = [
            try Sample.rule("a", ["service_plan.app_added"], deliver: [Sample.deliver("t")]),
            try Sample.rule("b", ["plan_item.created"], deliver: [Sample.deliver("t", body: "1")]),
        ]
        #expect(RuleBook.compile(rules: rules, targets: [target], catalog: Sample.catalog).1.isEmpty)
    }

    @Test("a book that was kept sends what it sent, whatever the target's format is now")
    func kept() throws {
        let xml = ConfigNode(.string("<a>{{ data.new.id }}</a>"), at: Sample.place)
        let targets = [
            Sample.webhook("t", format: .standard), Sample.webhook("t", format: .cloudEventsBinary),
            Sample.webhook("t", format: .template, contentType: "text/xml", body: xml), Sample.webhook("t"),
        ]
        let now = try #require(try compile(Sample.webhook("t", format: .template, body: .json("1"))).0)
        for target in targets {
            let book = try #require(try compile(target).0)
            let source = try RuleBookSource(archive: book.source.archive)
            #expect(source.archive == book.source.archive)
            let kept = try #require(RuleBook.compile(source).0)
            let before = try book.rendering(rule: "r", target: "t", event: event, secrets: { _ in nil }).get()
            let after = try kept.rendering(rule: "r", target: "t", event: event, current: now, secrets: { _ in nil })
                .get()
            #expect(after?.body == before?.body && after?.contentType == before?.contentType)
            #expect(after?.attributes == before?.attributes ?? [:])
        }
    }

    @Test("a target can be tried in its format, with missing fields empty")
    func trial() throws {
        let test = Sample.event("target.test", subject: "target/t", data: ["target": "t"])
        func trial(_ target: TargetSettings, body: String? = nil) throws -> Rendering? {
            try #require(try compile(target, body: body).0).trial(target: "t", event: test).get()
        }
        #expect(try trial(Sample.webhook("t")) == nil)
        #expect(text(try trial(Sample.webhook("t", format: .standard)))?.contains(#""type":"target.test""#) == true)
        let form = Sample.webhook(
            "t", format: .template, contentType: "application/x-www-form-urlencoded",
            body: try .json(#"{"type":"{{ type }}","id":"{{ data.new.id }}"}"#))
        #expect(text(try trial(form)) == "type=target.test&id=")
        let byRule = try trial(Sample.webhook("t", format: .template), body: #"{"a":"{{ data.new.name }}"}"#)
        #expect(text(byRule) == #"{"a":null}"#)
    }

    @Test("another format of a target is a difference that a plan shows")
    func plan() throws {
        func edition(_ target: TargetSettings) throws -> RuleEdition {
            try RuleEdition(inForce: try #require(try compile(target).0))
        }
        let before = try edition(Sample.webhook("t"))
        func changed(_ after: RuleEdition) throws -> Int? {
            var plan = RulePlan(after: after, catalog: Sample.catalog, sources: ["panel"], examples: 1)
            try plan.compare(event, from: "panel", before: before)
            return plan.groups.first?.changed.count
        }
        for format in [WebhookFormat.standard, .cloudEventsBinary] {
            #expect(try changed(edition(Sample.webhook("t", format: format))) == 1, "\(format)")
        }
        #expect(try changed(edition(Sample.webhook("t", format: .cloudEvents))) == 0)
    }
}
