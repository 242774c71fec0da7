import Testing

@testable import PanelKit

/// Reads words as the program does, behind its own name.
func parsed(_ line: [String]) throws -> (command: OperationCommand, words: CommandWords) {
    let known = try #require(OperatorRegistry.all.find(line[0]))
    let command = try #require(OperationCommand.all(of: known).first { $0.operation.name == line[1] })
    return (command, try CommandWords(Array(line.dropFirst(2)), for: command))
}

private func packet(_ line: [String]) throws -> PacketNode {
    let (command, words) = try parsed(line)
    return try command.packet(words)
}

@Suite("Command line of the XML API")
struct CommandLineTests {
    private static let item = ["plan-item", "add", "--visible", "true", "--label", "L", "--tooltip", "T"]
    private static let addPackage = ["service-plan", "add-package"]
    private static let customer = ["customer", "add", "--gen-info-pname", "P", "--gen-info-login", "l"]

    @Test("the order of elements comes from the grammar, and not from the order of the words")
    func planItem() throws {
        let made = try packet([
            "plan-item", "add", "--url-components", "ftp-user,dom_id,email=false", "--url", "http://domain.com",
            "--tooltip", "-1 = less, really", "--label=", "--visible", "true",
        ])
        #expect(
            outline(made)
                == outline(
                    try PacketParser.parse(
                        Array(
                            """
                            <packet><plan-item><add><visible>true</visible><label/><tooltip>-1 = less, really</tooltip>\
                            <url>http://domain.com</url><url-components><dom_id>true</dom_id><ftp_user>true</ftp_user>\
                            <email>false</email></url-components></add></plan-item></packet>
                            """.utf8))))
    }

    @Test("the documented app is put into a plan by one line")
    func addPackage() throws {
        let made = try packet(
            Self.addPackage + [
                "--filter-name", "base_plan", "--owner-login", "JDoe", "--package", "name=WordPress",
            ])
        let documented = try PacketParser.parse(Array(DocumentedPackets.addPackageRequest.utf8))
        #expect(outline(made) == outline(documented))
        let answer = try TestPanel().send(PacketWriter.write(made))
        #expect(
            CommandAnswer(answer, to: try parsed(Self.addPackage).command.operation).lines == [
                "ok filter-id=base_plan id=1234"
            ])
    }

    @Test("repeated elements are repeated options, or stand between commas where no value can hold one")
    func repeated() throws {
        let made = try packet(["service-plan", "get", "--filter-id", "1,2", "--filter_id=3"])
        #expect(outline(made).contains("<filter><id>1</id><id>2</id><id>3</id></filter>"))
        let names = try packet(["service-plan", "get", "--filter-name", "a,b", "--filter-name", "c"])
        #expect(outline(names).contains("<filter><name>a,b</name><name>c</name></filter>"))
    }

    @Test("only a reading operation takes silence for everything")
    func everything() throws {
        #expect(outline(try packet(["service-plan", "get"])).contains("<get><filter></filter></get>"))
        #expect(outline(try packet(["service-plan", "del", "--filter"])).contains("<del><filter></filter></del>"))
        #expect(throws: CommandLineError.self) { try packet(["service-plan", "del"]) }
    }

    private static let refusals: [(base: [String], more: [String], sentence: String)] = [
        (item, ["--colour", "red"], "there is no option \"--colour\""),
        (item, ["--tooltipp", "x"], "did you mean \"--tooltip\"?"),
        (item, ["--url-component", "email"], "did you mean \"--url-components\"?"),
        (item, ["--database-path", "x"], "did you mean \"--database\"?"),
        (item, ["stray"], "unexpected word \"stray\""),
        (item, ["--"], "unexpected word \"--\""),
        (item, ["-v"], "unexpected word \"-v\""),
        (item, ["--url"], "--url: its value is missing"),
        (item, ["--url", "--internal", "true"], "if that is --internal, write --url=--internal"),
        (item, ["--label", "M"], "--label is given 2 times"),
        (item, ["--url-components", "emial"], "did you mean \"email\"?"),
        (item, ["--url-components", "email,"], "there is no name \"\""),
        (item, ["--url-components", "email", "--url-components", "email=false"], "email is given twice"),
        (item, ["--url", "a\u{1B}[2J"], "--url: the character U+1B cannot stand in a packet"),
        (item, ["--xml=yes"], "takes no value"),
        (["plan-item", "add"], ["--visible", "1"], "missing: --label, --tooltip"),
        (["plan-item", "get"], [], "missing: one of --filter-all, --filter-name"),
        (
            ["plan-item", "get"], ["--filter-all", "--filter-name", "a"],
            "--filter-all and --filter-name exclude each other"
        ),
        (["plan-item", "get"], ["--filter-all=1"], "takes no value"),
        (["service-plan", "del"], [], "or --filter for an empty one"),
        (addPackage, ["--filter-name", "a"], "missing: --package"),
        (addPackage, ["--filter", "--package", "WordPress"], "--package: expected name=value, found \"WordPress\""),
        (
            addPackage, ["--filter", "--package", "name=a", "--owner-id", "1", "--owner-login", "a"],
            "--owner-id and --owner-login exclude each other"
        ),
        (["dictionary", "get"], ["--filter"], "there is no option \"--filter\""),
        (customer, [], "missing: --gen-info-passwd or --gen-info-passwd-file"),
        (
            customer, ["--gen-info-passwd", "a", "--gen-info-passwd-file", "f"],
            "--gen-info-passwd and --gen-info-passwd-file exclude each other"
        ),
        (
            customer, ["--gen-info-passwd-file", "f", "--gen-info-passwd-file", "g"],
            "--gen-info-passwd-file is given several times"
        ),
    ]

    @Test("words that are no command are refused with what to write instead", arguments: refusals)
    func refused(base: [String], more: [String], sentence: String) throws {
        let error = #expect(throws: CommandLineError.self) { _ = try packet(base + more) }
        #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
    }

    @Test("an element's option goes before the panel's of the same name, which has a longer one")
    func ownOptions() throws {
        let line = Self.item + ["--url", "http://a", "--panel-url", "https://b", "--login=-x", "--insecure", "--xml"]
        let (command, words) = try parsed(line)
        #expect(words.connection == ["--url=https://b", "--login=-x", "--insecure"])
        #expect(words.printsXML && !words.printsJSON && !words.printsPacket && !words.wantsHelp)
        #expect(outline(try command.packet(words)).contains("<url>http://a</url>"))
        let plans = try parsed(["service-plan", "get", "--url", "https://b", "--panel-ca", "c"])
        #expect(plans.words.connection == ["--url=https://b", "--ca=c"])
    }

    @Test("a secret can stand in a file, in which the words do not have it")
    func secretFile() throws {
        var (command, words) = try parsed(Self.customer + ["--gen-info-passwd-file", "F"])
        try words.takeFiles { path in "in \(path) = -x, all of it" }
        #expect(outline(try command.packet(words)).contains("<passwd>in F = -x, all of it</passwd>"))
        let wrong = try parsed(Self.customer + ["--gen-info-passwd-file", "F"])
        words = wrong.words
        #expect(throws: CommandLineError("--gen-info-passwd: the character U+1B cannot stand in a packet")) {
            try words.takeFiles { _ in "\u{1B}" }
        }
        let secrets = OperatorRegistry.all.operators.flatMap { OperationCommand.all(of: $0) }.flatMap(\.options)
            .filter(\.isSecret).map(\.name)
        #expect(secrets == ["gen-info-passwd", "values-gen-info-passwd"])
    }

    @Test("a misspelt operator or operation is met with what was meant, a strange one with nothing")
    func likeness() {
        let known = ["plan-item", "service-plan", "service-plan-addon", "xml"]
        #expect(
            "\(CommandLineError.unknown("no", "plan-itme", among: known))"
                == "no \"plan-itme\"; did you mean \"plan-item\"?")
        #expect("\(CommandLineError.unknown("no", "Service_plan", among: known))".contains("\"service-plan\""))
        #expect("\(CommandLineError.unknown("no", "x", among: known))" == "no \"x\"")
        #expect("\(CommandLineError.unknown("no", "elephant", among: known))" == "no \"elephant\"")
    }
}
