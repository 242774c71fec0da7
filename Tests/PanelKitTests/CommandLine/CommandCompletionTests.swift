import Testing

@testable import PanelKit

@Suite("Completion of commands")
struct CommandCompletionTests {
    private let completion = CommandCompletion(
        operators: .all,
        verbs: [
            .init(name: "xml", options: [.init(name: "database", takesValue: true)]),
            .init(name: "license", verbs: [.init(name: "list")]),
        ])

    private static let cases: [(words: [String], expected: [String])] = [
        (["plan"], ["plan-item"]),
        (["x"], ["xml"]),
        (["license", ""], ["list"]),
        (["xml", "--d"], ["--database"]),
        (["xml", "--database", "pa"], []),
        (["plan-item", ""], ["add", "update", "remove", "get"]),
        (["plan-item", "add", "--v"], ["--visible"]),
        (["plan-item", "add", "--panel-"], ["--panel-url"]),
        (["plan-item", "add", "--visible", ""], ["true", "false"]),
        (["plan-item", "add", "--visible", "t"], ["true"]),
        (["plan-item", "add", "--visible", "=", "f"], ["false"]),
        (["plan-item", "add", "--visible", "="], ["true", "false"]),
        (["plan-item", "add", "--visible=f"], ["--visible=false"]),
        (["plan-item", "add", "--label", "get", "--visi"], ["--visible"]),
        (["plan-item", "add", "--url-components", "dom_id,ftp"], ["dom_id,ftp_user", "dom_id,ftp_pass"]),
        (["plan-item", "add", "--url-components", "ftp_user,ftp"], ["ftp_user,ftp_pass"]),
        (["service-plan", "add-pa"], ["add-package"]),
        (["ip", "--print"], ["--print-packet"]),
        (["nothing", "--x"], []),
    ]

    @Test("the last word is completed by what the grammar allows in its place", arguments: cases)
    func candidates(words: [String], expected: [String]) {
        #expect(completion.candidates(words) == expected)
    }

    @Test("nothing typed yet gives every operator and verb")
    func first() {
        #expect(completion.candidates([""]) == OperatorRegistry.all.operators.map(\.name) + ["xml", "license"])
        #expect(completion.candidates([]) == completion.candidates([""]))
    }
}
