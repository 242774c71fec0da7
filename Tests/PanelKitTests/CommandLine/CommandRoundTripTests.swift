import Testing

@testable import PanelKit

@Suite("Words become packets")
struct CommandRoundTripTests {
    private static let lines = OperatorRegistry.all.operators.flatMap { known in
        known.operations.map { [known.name, $0.name] }
    }
    private static let seeds: ClosedRange<UInt64> = 1...200

    /// A grammar with the forms that no operation has together.
    private struct Sample: Operator {
        let name = "sample"
        let summary = "A sample"
        let operations: [PacketOperation] = [
            .read(
                "say", "Say it",
                grammar: .sequence([
                    .any(
                        "entry",
                        .sequence([
                            .required("key", .text, "A key"), .optional("shown", .empty, "Whether"),
                            .optional("place", .sequence([.any("at", .text, "Where")]), "Places"),
                            .choice(
                                [.required("one", .text, "One"), .required("two_three", .text, "Two")], required: true),
                        ]), "An entry"),
                    .optional("a_flag", .empty, "A flag"),
                    .optional(
                        "mixed", .anyOrder([.required("on", .boolean, "On"), .optional("off", .empty, "Off")]), "Both"),
                ]), answer: []
            ) { _, _ in [] }
        ]
    }

    @Test("any packet that an operation's grammar allows can be said in words, in any order", arguments: lines)
    func roundTrip(line: [String]) throws {
        try roundTrip(parsed(line).command, engine: TestPanel().engine)
    }

    @Test("structures that repeat, with flags, choices and structures inside, can be said in words")
    func fields() throws {
        for command in OperationCommand.all(of: Sample()) {
            try roundTrip(command, engine: TestPanel(operators: OperatorRegistry([Sample()])).engine)
        }
    }

    private func roundTrip(_ command: OperationCommand, engine: PacketEngine) throws {
        var said: Set<String> = []
        for seed in Self.seeds {
            var random = RandomPacket(seed: seed)
            let node = random.node(command.operation.name, command.operation.grammar)
            let options = PacketWords.options(node, command.operation.grammar)
            said.formUnion(options.map(\.name))
            let names = Set(options.map(\.name)).sorted().shuffled(using: &random)
            let words = PacketWords.words(names.flatMap { name in options.filter { $0.name == name } })
            let what = "seed \(seed): panel \(command.operatorName) \(command.operation.name) \(words)"
            // An operation that changes something asks for the word where everything is meant; the words say it.
            let packet = try command.packet(CommandWords(words, for: command))
            let expected = PacketNode("packet", children: [PacketNode(command.operatorName, children: [node])])
            let xml = PacketWriter.write(packet)
            #expect(xml == PacketWriter.write(expected), "\(what)")
            if case .failure(let error) = engine.prepare(Array(xml.utf8), as: .local).plan {
                Issue.record("\(what): \(error)")
            }
        }
        // What stands in a file is the option that the file is for.
        let unsaid = command.options.filter { $0.secret == nil }.map(\.name).filter { !said.contains($0) }
        #expect(unsaid.isEmpty, "\(command.operatorName) \(command.operation.name): never said: \(unsaid)")
    }

    @Test("no two options of an operation are alike, and none is taken for the panel's own", arguments: lines)
    func names(line: [String]) throws {
        let command = try parsed(line).command
        let names = command.options.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { !$0.hasPrefix("panel-") && !$0.contains("_") && !$0.contains("=") })
        let own = PanelOption.all.map { command.name(of: $0) }
        #expect(Set(names).isDisjoint(with: own))
    }

    @Test("the help of an operation names each of its options with what the grammar says of it", arguments: lines)
    func help(line: [String]) throws {
        let command = try parsed(line).command
        let text = CommandHelp.text(of: command)
        let words = text.whiteSpaceCollapsed
        #expect(words.contains(command.operation.summary))
        for option in command.options {
            #expect(text.contains("\n  --\(option.name)"), "\(option.name)")
            #expect(words.contains(option.summary), "\(option.name)")
        }
    }
}
