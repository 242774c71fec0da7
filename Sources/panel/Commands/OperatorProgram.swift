import ArgumentParser
import Glibc
import PanelKit

/// `panel OPERATOR OPERATION [--OPTION VALUE ...]`: words to a packet, and its answer to words.
enum OperatorProgram {
    /// Carries out what the words say.
    ///
    /// - Parameter verbs: the first words that are not for operators.
    /// - Returns: the exit code; nil where the words are a verb's.
    static func run(_ words: [String], verbs: [String]) -> Int32? {
        let registry = OperatorRegistry.all
        var words = words
        if words.count > 1, words[0] == "help", registry.find(words[1]) != nil {
            words.removeFirst()
            words.append("--help")
        }
        guard let first = words.first, !first.hasPrefix("-") else { return nil }
        guard let known = registry.find(first) else {
            if verbs.contains(first) { return nil }
            let names = registry.operators.map(\.name) + verbs
            return usage(
                "\(CommandLineError.unknown("there is no verb or operator", first, among: names))", "panel --help")
        }
        return run(Array(words.dropFirst()), of: known, in: registry)
    }

    private static func run(_ words: [String], of known: any Operator, in registry: OperatorRegistry) -> Int32 {
        let commands = OperationCommand.all(of: known)
        let help = "panel \(known.name) --help"
        guard let name = words.first, !name.hasPrefix("-") else {
            // Where there is one operation only, its name may be left out.
            if commands.count == 1 { return carryOut(words, commands[0], registry) }
            if words.contains("--help") || words.contains("-h") { return print(CommandHelp.text(of: known)) }
            return usage("say what to do: \(commands.map(\.operation.name).joined(separator: ", "))", help)
        }
        guard let command = commands.first(where: { PacketNode($0.operation.name).isNamed(name) }) else {
            let names = commands.map(\.operation.name)
            return usage("\(CommandLineError.unknown("\(known.name) has no operation", name, among: names))", help)
        }
        return carryOut(Array(words.dropFirst()), command, registry)
    }

    private static func carryOut(
        _ words: [String], _ command: OperationCommand, _ registry: OperatorRegistry
    ) -> Int32 {
        let help = "panel \(command.operatorName) \(command.operation.name) --help"
        var read: CommandWords
        let packet: PacketNode
        do {
            read = try CommandWords(words, for: command)
            if read.wantsHelp { return print(CommandHelp.text(of: command)) }
            try read.takeFiles(SecretLine.read)
            packet = try command.packet(read)
        } catch let ending as ExitCode {
            return ending.rawValue
        } catch {
            return usage("\(error)", help)
        }
        let xml = PacketWriter.write(packet)
        if read.printsPacket { return print(xml) }
        do {
            let reply = try reply(to: xml, read, command, registry)
            let status = show(reply, read, command.operation)
            if status != 0 { return status }
            try reply.end()
            return 0
        } catch {
            let code = PanelOptions.exitCode(for: error)
            if !(error is ExitCode) { Ending.say(PanelOptions.message(for: error) + hint(command)) }
            return code.rawValue
        }
    }

    private static func reply(
        to xml: String, _ read: CommandWords, _ command: OperationCommand, _ registry: OperatorRegistry
    ) throws -> PacketReply {
        if read.connection.isEmpty, command.operatorName == "dictionary", let answer = registry.dictionary {
            return PacketReply(xml: Array(answer.xml.utf8), answer: answer)
        }
        return try PanelOptions.parse(read.connection).send(Array(xml.utf8))
    }

    private static func show(_ reply: PacketReply, _ read: CommandWords, _ operation: PacketOperation) -> Int32 {
        if read.printsXML { return print(String(decoding: reply.xml, as: UTF8.self)) }
        let answer = CommandAnswer(reply.answer, to: operation)
        let status = print(read.printsJSON ? answer.json : answer.lines.map { $0 + "\n" }.joined())
        _ = StandardStream.write(answer.errors.map { $0 + "\n" }.joined(), to: STDERR_FILENO)
        return status
    }

    /// Where an element has the name of one of the panel's options, that one has another name here.
    private static func hint(_ command: OperationCommand) -> String {
        let renamed = PanelOption.connection.filter { command.name(of: $0) != $0.name }
        return renamed.map { "; here --\($0.name) is an element of the packet, and the panel's is --\($0.longName)" }
            .joined()
    }

    private static func print(_ text: String) -> Int32 {
        guard StandardStream.write(text, to: STDOUT_FILENO) else {
            Ending.say("the answer cannot be written: \(String(cString: strerror(errno)))")
            return Ending.cannotWrite.rawValue
        }
        return 0
    }

    private static func usage(_ sentence: String, _ help: String) -> Int32 {
        Ending.say("\(sentence)\nSee '\(help)' for more information.")
        return ExitCode.validationFailure.rawValue
    }
}
