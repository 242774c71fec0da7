import CallbackTestKit
import Testing

@Suite("Operators as commands")
struct OperatorCommandTests {
    private static let item = [
        "plan-item", "add", "--visible", "true", "--label", "Backup", "--tooltip", "Every night",
    ]

    private let scenario: Scenario
    private let place: [String]

    init() throws {
        scenario = try Scenario(sample: false)
        try scenario.initPanel()
        place = ["--database", scenario.panelPath]
    }

    @Test("the daemon fires for changes made by commands, here, over TLS and through the socket")
    func callbacks() throws {
        let socket = scenario.folder.file("panel.sock")
        let panel = try RunningPanel(scenario, ["--socket", socket])
        let daemon = try scenario.start()
        let login = ["--login", "admin", "--password-file", scenario.folder.file("admin.password")]
        let package = [
            "service-plan", "add-package", "--filter-name", "base_plan", "--owner-login", "JDoe", "--package",
            "name=WordPress",
        ]
        let url = ["--url", "https://billing.example/backup", "--url-components", "dom_id,ftp_user"]
        #expect(try scenario.panel(Self.item + url + place).output == "ok name=plan-item\n")
        let remote = ["--panel-url", try panel.url, "--ca", panel.certificate] + login
        #expect(try scenario.panel(Self.item + url + remote).output == "ok name=plan-item-2\n")
        let changed = try scenario.panel(package + ["--socket", socket] + login)
        #expect(changed.output == "ok filter-id=base_plan id=1234\n")

        let events = try scenario.receiver.waitForRequests(3).map { try $0.json }
        let types = events.map { $0["type"].text ?? "" }.sorted()
        #expect(types == ["plan_item.created", "plan_item.created", "service_plan.app_added"])
        try scenario.nothingIsOwed()
        #expect(scenario.receiver.requests.count == 3)
        #expect(daemon.stop() == 0)
        #expect(panel.stop() == 0)
    }

    @Test("an error is one line on standard error, and the exit code is that of panel xml")
    func errors() throws {
        let package = ["service-plan", "add-package", "--filter-name", "none", "--package", "name=WordPress"]
        let failed = try scenario.panel(package + place, expecting: 1)
        #expect(failed.output.isEmpty)
        #expect(failed.errors == "error 1013: There is no plan with name \"none\" (filter-id=none)\n")
        let wrong = try scenario.panel(
            ["plan-item", "add", "--visible", "maybe", "--label", "L", "--tooltip", "T"] + place, expecting: 1)
        #expect(wrong.errors.hasPrefix("error 1019: Wrong value of <visible>"))
        let none = try scenario.panel(Self.item + ["--database", scenario.folder.file("none.db")], expecting: 66)
        #expect(none.errors.contains("no database"))
        #expect(try scenario.sql("SELECT count(*) FROM PlanItems").trimmed == "1")
    }

    @Test("words that are no command end with 64, say what to write, and change nothing")
    func usage() throws {
        let cases: [(words: [String], sentence: String)] = [
            (["plan-itme", "add"], "did you mean \"plan-item\"?"),
            (["xlm"], "did you mean \"xml\"?"),
            (["plan-item", "ad"], "did you mean \"add\"?"),
            (["plan-item"], "say what to do: add, update, remove, get"),
            (["plan-item", "add", "--tooltp", "x"], "did you mean \"--tooltip\"?"),
            (["service-plan", "get", "--socket", "s"], "say which panel"),
            (["service-plan", "get", "--wait", "never"], "never"),
            (["service-plan", "del"], "--filter for an empty one"),
        ]
        for (words, sentence) in cases {
            let result = try scenario.panel(words + place, expecting: 64)
            #expect(result.output.isEmpty)
            #expect(result.errors.contains(sentence), "\(words): \(result.errors)")
        }
        let nowhere = try scenario.panel(Self.item, expecting: 64)
        #expect(nowhere.errors.contains("here --url is an element of the packet, and the panel's is --panel-url"))
        let nobody = try scenario.panel(["service-plan", "get", "--panel-url", "https://h"], expecting: 64)
        #expect(nobody.errors.contains("say who you are"))
    }

    @Test("a password comes from a file or from standard input, and what cannot be read ends with its code")
    func secretFiles() throws {
        func add(
            _ login: String, _ file: String, input: String = "", expecting status: Int32 = 0
        ) throws -> Shell.Result {
            let words = ["customer", "add", "--gen-info-pname", "P", "--gen-info-login", login]
            return try scenario.panel(
                words + ["--gen-info-passwd-file", file] + place, input: input, expecting: status)
        }
        let file = try scenario.folder.write("customer.password", "from a file\n")
        #expect(try add("one", file).output.hasPrefix("ok id="))
        #expect(try add("two", "-", input: "from a pipe\n").output.hasPrefix("ok id="))
        #expect(
            try add("three", "/none", expecting: 66).errors
                == "panel: /none cannot be read: No such file or directory\n")
        #expect(try add("three", "-", expecting: 65).errors.contains("standard input: the first line must be a secret"))
        let printed = ["customer", "add", "--gen-info-pname", "P", "--gen-info-login", "l", "--print-packet"]
        #expect(
            try scenario.panel(printed + ["--gen-info-passwd-file", file]).output
                .contains("<passwd>from a file</passwd>"))
        #expect(try scenario.sql("SELECT count(*) FROM clients WHERE login IN ('one', 'two', 'three')").trimmed == "2")
    }

    @Test("the packet is shown and not sent, and what is shown can be sent")
    func printPacket() throws {
        let packet = try scenario.panel(Self.item + ["--print-packet"]).output
        #expect(packet.contains("<label>Backup</label>"))
        #expect(try scenario.sql("SELECT count(*) FROM PlanItems").trimmed == "1")
        #expect(try scenario.packet(packet).contains("<name>plan-item</name>"))
        let xml = try scenario.panel(["plan-item", "get", "--filter-name", "plan-item", "--xml"] + place).output
        #expect(
            xml
                == (try scenario.packet(
                    "<packet><plan-item><get><filter><name>plan-item</name></filter></get></plan-item></packet>")))
    }

    @Test("the dictionary is the same without a database, with one, and from afar")
    func dictionary() throws {
        let panel = try RunningPanel(scenario)
        let own = try scenario.panel(["dictionary", "--json"]).output
        #expect(try scenario.panel(["dictionary", "get", "--json"] + place).output == own)
        let remote = [
            "--url", try panel.url, "--insecure", "--login", "admin", "--password-file",
            scenario.folder.file("admin.password"),
        ]
        #expect(try scenario.panel(["dictionary", "--json"] + remote).output == own)
        let first = try JSON(parsing: own)[0]
        #expect(first["operators"]["operator"].elements.contains { $0["name"] == "service-plan" })
        #expect(first["errors"]["error"].elements.contains { $0["code"] == 1014 })
        #expect(try scenario.panel(["dictionary"]).output.contains("  operator name=plan-item summary="))
        #expect(panel.stop() == 0)
    }

    @Test("help is made from the grammar: of the program, an operator and an operation")
    func help() throws {
        let program = try scenario.panel(["--help"]).output
        #expect(program.contains("  service-plan-addon "))
        #expect(program.contains("  completion "))
        let operation = try scenario.panel(["plan-item", "add", "--help"]).output
        #expect(operation.contains("  --tooltip <text>"))
        #expect(operation.contains("--panel-url <url>"))
        #expect(try scenario.panel(["plan-item", "--help"]).output.contains("  update "))
        #expect(try scenario.panel(["help", "plan-item", "add"]).output == operation)
        // Generated commands take every option of the verb whose work they do.
        func options(_ words: String...) throws -> Set<Substring> {
            let output = try scenario.panel(["completion", "words", "--"] + words + ["--"]).output
            return Set(output.split(separator: "\n"))
        }
        #expect(
            try options("ip", "get")
                == options("xml").union(["--print-packet", "--xml", "--json", "--help"]))
    }

    @Test("bash takes the script, and completes operators, options, values and the ordinary verbs by it")
    func bash() throws {
        let script = try scenario.folder.write("panel.bash", try scenario.panel(["completion", "bash"]).output)
        #expect(try Shell.run("/bin/bash", ["-n", script]).status == 0)
        let cases: [(words: [String], expected: String)] = [
            (["plan"], "plan-item"),
            (["plan-item", ""], "add update remove get"),
            (["plan-item", "add", "--tool"], "--tooltip"),
            (["plan-item", "add", "--visible", ""], "true false"),
            (["plan-item", "add", "--url-components", "email,dom_n"], "email,dom_name"),
            (["serve", "--license-l"], "--license-listen"),
            (["license", "o"], "order"),
            (["completion", ""], "bash zsh"),
            (["xml", "--database", ""], ""),
        ]
        let complete = """
            source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _panel; echo "${COMPREPLY[*]}"
            """
        for (words, expected) in cases {
            let completed = try Shell.run(
                "/bin/bash",
                ["-c", complete, "bash", script, Programs.panel] + words)
            #expect(completed.status == 0)
            #expect(completed.output.trimmed == expected, "\(words): \(completed.errors)")
        }
        let bound = try Shell.run("/bin/bash", ["-c", "source \"$1\"; complete -p panel", "bash", script])
        #expect(bound.output == "complete -o default -F _panel panel\n")
    }
}
