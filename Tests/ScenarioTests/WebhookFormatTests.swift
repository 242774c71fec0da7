import CallbackTestKit
import Glibc
import Testing

@Suite("Formats of webhooks", .timeLimit(.minutes(2)))
struct WebhookFormatTests {
    /// A name with what means something in every syntax.
    private static let name = #"O&M <"pro"> ü 100% a=1 \ ]]>"#

    private static let publicPath = "pair.public"

    /// A target for each format; all sign with a shared and an ed25519 secret.
    private static func targets(_ targets: [(name: String, keys: String)]) -> String {
        let entries = targets.map { target in
            """
              \(target.name):
                webhook:
                  url: "http://127.0.0.1:${port}/\(target.name)"
                  sign: {secret: billing, also: [pair]}
            \(target.keys.split(separator: "\n").map { "      " + $0 }.joined(separator: "\n"))
                retry: {schedule: [200ms, 200ms], jitter: 0%}
            """
        }
        return "targets:\n" + entries.joined(separator: "\n")
    }

    private static let all = [
        ("structured", "format: cloudevents"),
        ("binary", "format: cloudevents-binary"),
        ("standard", "format: standard"),
        (
            "form",
            """
            format: template
            content-type: application/x-www-form-urlencoded
            body: {action: created, name: "{{ data.new.name }}", "item[id]": "{{ data.new.id }}"}
            """
        ),
        (
            "xml",
            """
            format: template
            content-type: text/xml; charset=utf-8
            body: |
              <?xml version="1.0"?>
              <domain name="{{ data.new.name }}"><name>{{ data.new.name }}</name></domain>
            """
        ),
        (
            "json",
            """
            format: template
            body: '{"name": "{{ data.new.name }}", "id": {{ data.new.id }}}'
            """
        ),
        (
            "text",
            """
            format: template
            content-type: text/plain; charset=utf-8
            body: "new: {{ data.new.name }}"
            """
        ),
    ]

    private static func rules(_ deliver: String, orderBy: String = "{{ data.new.name }}") -> String {
        """
        rules:
          - name: domains
            events: [domain.created]
            order-by: "\(orderBy)"
            deliver: \(deliver)
        """
    }

    private func scenario(_ targets: [(String, String)], deliver: String? = nil) throws -> Scenario {
        let scenario = try Scenario()
        try makePair(scenario)
        try scenario.configure(
            targets: Self.targets(targets.map { (name: $0.0, keys: $0.1) }),
            rules: Self.rules(deliver ?? "[\(targets.map(\.0).joined(separator: ", "))]"),
            secrets: #"pair: {file: "${dir}/pair.secret"}"#)
        return scenario
    }

    /// Draws the ed25519 secret by the verb, and keeps its public key.
    private func makePair(_ scenario: Scenario) throws {
        let result = try Shell.run(
            Programs.callbackd, ["secrets", "new", "--ed25519", "--out", scenario.folder.file("pair.secret")])
        try #require(result.status == 0, "\(result.errors)")
        try scenario.folder.write(Self.publicPath, result.output)
    }

    private func addDomain(_ scenario: Scenario) throws {
        try scenario.sql(
            "INSERT INTO domains (name, displayName, cl_id, vendor_id) VALUES ('\(Self.name)', 'x', 3, 2);")
    }

    /// The requests by the last part of their path.
    private func requests(_ scenario: Scenario, _ count: Int) throws -> [String: LoopbackRequest] {
        Dictionary(try scenario.receiver.waitForRequests(count).map { (String($0.path.dropFirst()), $0) }) { _, b in b }
    }

    @Test("the official libraries accept every format and both signatures, and each carries the same event")
    func official() throws {
        let scenario = try scenario(Self.all)
        let daemon = try scenario.start()
        try addDomain(scenario)
        let sent = try requests(scenario, Self.all.count)
        let ordered = try Self.all.map { try #require(sent[$0.0]) }

        let types = ordered.map { $0.header("content-type") }
        #expect(
            types == [
                "application/cloudevents+json; charset=utf-8", "application/json", "application/json",
                "application/x-www-form-urlencoded", "text/xml; charset=utf-8", "application/json",
                "text/plain; charset=utf-8",
            ])
        let (structured, binary, standard) = (ordered[0], ordered[1], ordered[2])
        try OfficialVerifier.expectAll([structured, binary, standard, ordered[5]])
        let expected = try OfficialLibraries.signatures(ordered, secret: Scenario.secret)
        for (request, signature) in zip(ordered, expected) {
            let signatures = (request.header("webhook-signature") ?? "").split(separator: " ").map(String.init)
            #expect(signatures.count == 2 && signatures.first == signature, "\(request.path)")
            #expect(signatures.last?.hasPrefix("v1a,") == true)
        }
        let key = try Shell.read(scenario.folder.file(Self.publicPath)).trimmed
        let verified = try OfficialLibraries.verifyEd25519(ordered, publicKey: key)
        #expect(verified.status == 0 && verified.output == "\(ordered.count)\n", "\(verified.errors)")

        let events = try OfficialLibraries.cloudEvents([structured, binary])
        #expect(events[0]["data"] == events[1]["data"])
        #expect(events[0]["data"]["new"]["name"] == .text(Self.name))
        for name in ["specversion", "id", "source", "type", "subject", "time", "sequence", "datacontenttype"] {
            #expect(events[0]["attributes"][name] == events[1]["attributes"][name], "\(name)")
        }
        #expect(events[1]["attributes"]["partitionkey"] == .text(Self.name))
        #expect(binary.header("ce-datacontenttype") == nil)
        #expect(binary.headers.allSatisfy { $0.value.utf8.allSatisfy { $0 >= 32 && $0 < 127 } })
        #expect(!structured.headers.contains { $0.name.lowercased().hasPrefix("ce-") })

        let plain = try standard.json
        #expect(plain.keys == ["data", "timestamp", "type"])
        #expect(plain["type"] == "domain.created" && plain["data"] == events[0]["data"])
        #expect(plain["timestamp"] == (try structured.json["time"]))
        #expect(try ordered[5].json == ["name": .text(Self.name), "id": events[0]["data"]["new"]["id"]])
        #expect(ordered[6].text == "new: \(Self.name)")
        #expect(daemon.stop() == 0)
    }

    @Test("a form and an XML document are read by Python's own parsers as what they were made of")
    func parsers() throws {
        let scenario = try scenario(Self.all.filter { ["form", "xml"].contains($0.0) })
        let daemon = try scenario.start()
        try addDomain(scenario)
        let sent = try requests(scenario, 2)
        let script = """
            import json, sys, urllib.parse, xml.etree.ElementTree as tree
            form = urllib.parse.parse_qsl(sys.argv[1], strict_parsing=True)
            root = tree.fromstring(sys.argv[2].encode())
            print(json.dumps({"form": form, "tag": root.tag, "attribute": root.attrib, "children": len(root),
                              "text": root[0].text}))
            """
        let result = try Shell.run(
            Programs.python, ["-c", script, try #require(sent["form"]).text, try #require(sent["xml"]).text])
        try #require(result.status == 0, "\(result.errors)")
        let read = try JSON(parsing: result.output)
        let id = try scenario.sql("SELECT id FROM domains WHERE displayName = 'x';").trimmed
        #expect(
            read["form"].elements == [
                ["action", "created"], ["name", .text(Self.name)], ["item[id]", .text(id)],
            ])
        #expect(read["tag"] == "domain" && read["children"] == 1)
        #expect(read["attribute"] == ["name": .text(Self.name)] && read["text"] == .text(Self.name))
        #expect(daemon.stop() == 0)
    }

    @Test("a retry sends the same bytes after a reload that changed the format; what comes later has the new one")
    func reload() throws {
        let scenario = try scenario([("structured", "format: standard")])
        scenario.receiver.stop()
        let daemon = try scenario.start()
        try addDomain(scenario)
        try scenario.journal(holds: 1)
        try scenario.verb("targets", "pause", "structured")
        try scenario.configure(
            targets: Self.targets([(name: "structured", keys: "format: cloudevents-binary")]),
            rules: Self.rules("[structured]"), secrets: #"pair: {file: "${dir}/pair.secret"}"#)
        try scenario.verb("reload")
        try scenario.addDomain("later.example")
        try scenario.journal(holds: 2)
        let receiver = try scenario.receiverAgain()
        try scenario.verb("targets", "resume", "structured")
        try scenario.verb("dead", "redrive", "--all")
        let requests = try receiver.waitForRequests(2)
        let old = try #require(requests.first { $0.header("ce-type") == nil })
        #expect(try old.json.keys == ["data", "timestamp", "type"])
        #expect(requests.contains { $0.header("ce-type") == "domain.created" })
        try OfficialVerifier.expectAll(requests)
        #expect(daemon.stop() == 0)
    }

    @Test("a value that XML cannot hold is told in the ledger, and is not sent")
    func unsendable() throws {
        let scenario = try scenario(Self.all.filter { $0.0 == "xml" })
        let daemon = try scenario.start()
        try scenario.sql("INSERT INTO domains (name, displayName, cl_id) VALUES ('a' || char(27), 'x', 3);")
        let delivery = try scenario.delivery("1-1", is: "dead")
        #expect(
            delivery["attempts"][0]["reason"].text?
                .contains("the value of \"data.new.name\" holds a character that XML cannot hold") == true,
            "\(delivery)")
        #expect(scenario.receiver.requests.isEmpty)
        #expect(daemon.stop() == 0)
    }

    @Test("targets test sends its event in the format of the target")
    func trial() throws {
        let scenario = try scenario(Self.all)
        let daemon = try scenario.start()
        for (name, _) in Self.all { #expect(try scenario.json("targets", "test", name)[0]["done"] == true) }
        let sent = try requests(scenario, Self.all.count)
        #expect(sent["binary"]?.header("ce-type") == "target.test")
        #expect(try sent["standard"]?.json["type"] == "target.test")
        #expect(sent["form"]?.text == "action=created&name=&item%5Bid%5D=")
        #expect(try sent["json"]?.json == ["name": "", "id": nil])
        try OfficialVerifier.expectAll(["structured", "binary", "standard", "json"].compactMap { sent[$0] })
        #expect(daemon.stop() == 0)
    }

    @Test("callbackd test shows and judges each format as it is sent")
    func previews() throws {
        let scenario = try scenario(Self.all)
        let tests = """

            tests:
              - name: formats
                event: {type: domain.created, data: {new: {id: 7, name: "a & <b>"}}}
                expect:
                  - rule: domains
                    deliver:
                      - target: structured
                        headers: {Content-Type: application/cloudevents+json; charset=utf-8, ce-type: null}
                      - target: binary
                        headers: {Content-Type: application/json, ce-type: domain.created, ce-partitionkey: "a%20&%20<b>"}
                        body: {new: {id: 7, name: "a & <b>"}}
                      - target: standard
                        body: {type: domain.created, timestamp: "2000-01-01T00:00:00.000Z", data: {new: {id: 7, name: "a & <b>"}}}
                      - target: form
                        body: action=created&name=a+%26+%3Cb%3E&item%5Bid%5D=7
                      - target: xml
                        body: "<?xml version=\\"1.0\\"?>\\n<domain name=\\"a &amp; &lt;b&gt;\\"><name>a &amp; &lt;b&gt;</name></domain>\\n"
                        headers: {Content-Type: text/xml; charset=utf-8}
                      - target: json
                        body: {name: "a & <b>", id: 7}
                      - target: text
                        body: "new: a & <b>"
            """
        let text = try Shell.read(scenario.configurationPath)
        try scenario.folder.write("callbackd.yaml", text + tests)
        let result = try scenario.callbackd(["test"])
        #expect(result.status == 0, "\(result.output)\(result.errors)")
    }
}
