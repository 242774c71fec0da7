import Testing

@testable import PanelKit

@Suite("Reference page of the command line")
struct CommandReferencePageTests {
    @Test("the page lists what the grammar says, with a sample for each operation")
    func page() throws {
        let page = try Repository.text(CommandReferencePage.path)
        let start = try #require(page.firstRange(of: CommandReferencePage.mark)).upperBound
        let made = try CommandReferencePage.text()
        if Repository.isUpdating { try Repository.write(page[..<start] + made, to: CommandReferencePage.path) }
        #expect(try Repository.text(CommandReferencePage.path).hasSuffix(CommandReferencePage.mark + made))
    }

    @Test("each sample makes the packet that the XML API documents")
    func samples() throws {
        for command in OperatorRegistry.all.operators.flatMap({ OperationCommand.all(of: $0) }) {
            let documented = try CommandReferencePage.golden(command.operation, command.operatorName)
            let words = PacketWords.words(PacketWords.options(documented, command.operation.grammar))
            let packet = try command.packet(CommandWords(words, for: command))
            let made = try #require(packet.children.first?.children.first)
            #expect(sorted(made) == sorted(documented), "\(command.operatorName) \(command.operation.name) \(words)")
        }
    }

    @Test("the table of the panel's options is complete")
    func ownOptions() throws {
        let page = try Repository.text(CommandReferencePage.path)
        for option in PanelOption.all { #expect(page.contains("| `--\(option.name)"), "\(option.name)") }
    }

    /// A tree in which the order of siblings and the spelling of names say nothing.
    private func sorted(_ node: PacketNode) -> String {
        let text = node.children.isEmpty ? node.text.whiteSpaceCollapsed : ""
        let name = node.name.optionSpelling
        return "<\(name)>" + text + node.children.map(sorted).sorted().joined() + "</\(name)>"
    }
}
