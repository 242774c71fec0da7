import FoundationEssentials

@testable import PanelKit

/// A request with the response that it must get, in two files of `Golden`.
struct GoldenCase: Sendable, CustomStringConvertible {
    static let folder = "Tests/PanelKitTests/Golden"

    let operatorName: String
    /// The file's name without its endings: `add-good`.
    let name: String

    var description: String { "\(operatorName)/\(name)" }
    var requestPath: String { "\(Self.folder)/\(operatorName)/\(name).request.xml" }
    var responsePath: String { "\(Self.folder)/\(operatorName)/\(name).response.xml" }

    static func all() throws -> [GoldenCase] {
        let ending = ".request.xml"
        let operators = try Repository.names(in: folder).filter { !$0.contains(".") }
        return try operators.flatMap { name in
            try Repository.names(in: "\(folder)/\(name)").filter { $0.hasSuffix(ending) }
                .map { GoldenCase(operatorName: name, name: String($0.dropLast(ending.count))) }
        }
    }

    /// The panel that every case begins with: the sample, and what `setup.xml` adds to it.
    static func panel() throws -> TestPanel {
        let panel = try TestPanel(operators: .standard { facts })
        let answer = try panel.send(Repository.text("\(folder)/setup.xml"))
        guard answer.verdict == .ok else { throw BrokenSetup(answer: answer.xml) }
        return panel
    }

    struct BrokenSetup: Error {
        let answer: String
    }

    static let facts = ServerFacts(
        name: "panel.example", guid: "5ad8b8e4-2f0f-4c53-9d3c-0f6c6ff1d8a2",
        addresses: [.init(text: "192.0.2.10", netmask: "255.255.255.0", interface: "eth0")])

    /// What differs from run to run, written alike: fresh GUIDs and keys, moments and days, digests of keys.
    ///
    /// GUIDs that stand in the request, in `setup.xml` or in the sample are left as they are.
    static func normalized(_ xml: String, keeping known: String) -> String {
        var text = xml
        for match in xml.matches(of: /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/) {
            let guid = String(match.output)
            if !known.contains(guid) { text = text.replacing(guid, with: "GUID") }
        }
        text = text.replacing(/<time>[0-9]+<\/time>/, with: "<time>TIME</time>")
        text = text.replacing(/<cr_date>[0-9-]+<\/cr_date>/, with: "<cr_date>DATE</cr_date>")
        return text.replacing(/sha256:[0-9a-f]{16}/, with: "sha256:DIGEST")
    }

    /// The GUIDs that are the same in every run.
    static func known(_ request: String) throws -> String {
        request + (try Repository.text("\(folder)/setup.xml")) + facts.guid + "0ca04c13-55cc-2542-04b4-1f792a217a3e"
    }
}
