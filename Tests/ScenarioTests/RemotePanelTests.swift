import CallbackTestKit
import Glibc
import Testing

@Suite("The remote XML API")
struct RemotePanelTests {
    private let scenario: Scenario

    init() throws {
        scenario = try Scenario(sample: false)
        try scenario.initPanel()
    }

    @Test("curl sends a printed packet over TLS, verified with the panel's certificate, and is answered")
    func printedPacket() throws {
        let panel = try RunningPanel(scenario)
        #expect(try panel.url.hasPrefix("https://127.0.0.1:"))
        let answer = try panel.packet(PrintedPackets.addPlanItemToPanel)
        #expect(answer.contains("<status>ok</status>"))
        #expect(try scenario.sql("SELECT count(*) FROM PlanItems").trimmed == "2")
        #expect(panel.stop() == 0)
    }

    @Test("every refusal is HTTP 200 with a packet and the documented code")
    func refusals() throws {
        let panel = try RunningPanel(scenario)
        let good = ["HTTP_AUTH_LOGIN: admin", "HTTP_AUTH_PASSWD: \(RunningPanel.password)"]
        let status = ["-o", "/dev/stderr", "-w", "%{http_code}"]
        let cases: [(packet: String, headers: [String], code: String)] = [
            ("<packet><plan-item/></packet>", ["HTTP_AUTH_LOGIN: admin", "HTTP_AUTH_PASSWD: wrong"], "1001"),
            ("<packet><plan-item/></packet>", ["HTTP_AUTH_LOGIN: nobody", "HTTP_AUTH_PASSWD: setup"], "1001"),
            ("<packet><plan-item/></packet>", [], "1001"),
            ("<packet><plan-item/></packet>", ["KEY: bad-key"], "11003"),
            ("<packet version=\"100.0.0\"><plan-item/></packet>", good, "1005"),
            ("<packet><wrongly formatted xml</packet>", good, "1014"),
            ("<packet><unknown/></packet>", good, "1014"),
            ("", good, "1014"),
        ]
        for (packet, headers, code) in cases {
            let words = ["-H", "Content-Type: text/xml", "--data-binary", "@-", try panel.url + RunningPanel.endpoint]
            let result = try panel.curl(status + headers.flatMap { ["-H", $0] } + words, input: packet)
            #expect(result.output == "200", "\(packet)")
            #expect(result.errors.contains("<errcode>\(code)</errcode>"), "\(packet): \(result.errors)")
        }
        #expect(panel.stop() == 0)
    }

    @Test("a packet above the limit is refused whole, and nothing above the limits of depth reaches an operator")
    func limits() throws {
        let panel = try RunningPanel(scenario)
        let large = "<packet>" + String(repeating: " ", count: 9 << 20) + "</packet>"
        #expect(try panel.packet(large).contains("<errcode>1014</errcode>"))
        let deep = String(repeating: "<a>", count: 100_000)
        #expect(try panel.packet(deep).contains("<errcode>1014</errcode>"))
        #expect(try panel.packet(PrintedPackets.addPlanItemToPanel).contains("<status>ok</status>"))
        #expect(panel.stop() == 0)
    }

    @Test("the Unix socket has the mode it was given, takes packets, and is gone when the panel stops")
    func socket() throws {
        let path = scenario.folder.file("panel.sock")
        let panel = try RunningPanel(scenario, ["--socket", path, "--socket-mode", "600"])
        #expect(panel.addresses["socket"] == path)
        var about = stat()
        #expect(lstat(path, &about) == 0)
        #expect(about.st_mode & 0o777 == 0o600)
        let result = try panel.curl(
            [
                "--unix-socket", path, "-H", "HTTP_AUTH_LOGIN: admin", "-H", "HTTP_AUTH_PASSWD: setup", "--data-binary",
                "@-", "http://localhost" + RunningPanel.endpoint,
            ], input: PrintedPackets.addPlanItemToPanel)
        #expect(result.output.contains("<status>ok</status>"))
        #expect(panel.stop() == 0)
        #expect(access(path, F_OK) != 0)
    }

    @Test("the access log tells who did what and how it ended, and holds no secret")
    func accessLog() throws {
        let panel = try RunningPanel(scenario)
        _ = try panel.packet(PrintedPackets.addPlanItemToPanel)
        _ = try panel.packet("<packet/>", headers: ["HTTP_AUTH_LOGIN: admin", "HTTP_AUTH_PASSWD: hunter2"])
        _ = try panel.packet("<packet/>", headers: ["KEY: 0123-secret-key"])
        _ = try panel.curl(["\(try panel.licenseURL)/access/token?login=me&secret=hidden-key"])
        #expect(try panel.curl(["\(try panel.url)/health"]).output == "ok\n")
        #expect(panel.stop() == 0)
        let log = try panel.log
        let lines = log.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(lines.count == 5)
        #expect(lines[0][1...6] == ["127.0.0.1", "admin", "POST", RunningPanel.endpoint, "200", "-"])
        #expect(lines[1][2...6] == ["-", "POST", RunningPanel.endpoint, "200", "1001"])
        #expect(lines[2][6] == "11003")
        #expect(lines[3][3...5] == ["GET", "/access/token", "405"])
        for secret in ["setup", "hunter2", "0123-secret-key", "hidden-key"] { #expect(!log.contains(secret)) }
    }

    @Test("a request under way is answered when the panel is told to stop, and then it ends with 0")
    func gracefulStop() throws {
        let path = scenario.folder.file("panel.sock")
        let panel = try RunningPanel(scenario, ["--socket", path])
        let body = PrintedPackets.addPlanItemToPanel
        let connection = try SocketConnection(path)
        try connection.send(
            "POST \(RunningPanel.endpoint) HTTP/1.1\r\nHost: localhost\r\nHTTP_AUTH_LOGIN: admin\r\n"
                + "HTTP_AUTH_PASSWD: setup\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body.prefix(10))")
        try connection.waitUntilRead()
        panel.child.signal(SIGTERM)
        try eventually("nothing new is taken") {
            try Shell.run("/usr/bin/curl", ["-sk", "\(try panel.url)/health"]).status != 0
        }
        try connection.send(String(body.dropFirst(10)))
        #expect(try connection.receive().contains("<status>ok</status>"))
        #expect(panel.child.waitForEnd() == 0)
        #expect(try scenario.sql("SELECT count(*) FROM PlanItems").trimmed == "2")
    }

    @Test("a database that another program locks is 1023, shows on the health page, and reads go on meanwhile")
    func locked() throws {
        let panel = try RunningPanel(scenario)
        let health = ["-o", "/dev/null", "-w", "%{http_code}", "\(try panel.url)/health"]
        #expect(try panel.curl(health).output == "200")
        let lock = try DatabaseLock(on: scenario.panelPath, in: scenario.folder)
        let read = "<packet><service-plan><get><filter/></get></service-plan></packet>"
        #expect(try panel.packet(read).contains("<name>base_plan</name>"))
        #expect(try panel.packet(PrintedPackets.addPlanItemToPanel).contains("<errcode>1023</errcode>"))
        #expect(try panel.curl(health).output == "503")
        lock.commit()
        #expect(try panel.packet(PrintedPackets.addPlanItemToPanel).contains("<status>ok</status>"))
        #expect(try panel.curl(health).output == "200")
        #expect(try scenario.sql("SELECT count(*) FROM PlanItems").trimmed == "2")
        #expect(panel.stop() == 0)
    }

    @Test("requests above the rate are refused, those of others and the health page are not")
    func rate() throws {
        let socket = scenario.folder.file("panel.sock")
        let panel = try RunningPanel(scenario, ["--rate", "3", "--socket", socket])
        let read = "<packet><service-plan><get><filter/></get></service-plan></packet>"
        let words = ["-H", "HTTP_AUTH_LOGIN: admin", "-H", "HTTP_AUTH_PASSWD: setup", "--data-binary", read]
        let address = try panel.url + RunningPanel.endpoint
        let answers = try panel.curl(words + (0..<8).map { _ in address }).output
        #expect(answers.contains("<errcode>1024</errcode>"))
        #expect(answers.contains("<status>ok</status>"))
        #expect(try panel.curl(["\(try panel.url)/health"]).output == "ok\n")
        let local = try panel.curl(["--unix-socket", socket] + words + ["http://localhost" + RunningPanel.endpoint])
        #expect(local.output.contains("<status>ok</status>"))
        #expect(panel.stop() == 0)
    }

    @Test("a wrong address, certificate or database ends with words and the documented exit code")
    func wrongStart() throws {
        let taken = try RunningPanel(scenario)
        let port = try taken.url.split(separator: ":").last.map(String.init) ?? ""
        let text = try scenario.folder.write("notes.txt", "no certificate")
        let cases: [(words: [String], status: Int32, said: String)] = [
            (["--database", scenario.folder.file("none.db")], 66, "no database"),
            (
                ["--database", scenario.panelPath, "--listen", "127.0.0.1:\(port)", "--license-listen", "127.0.0.1:0"],
                73, "127.0.0.1:\(port): another program listens there already"
            ),
            (
                ["--database", scenario.panelPath, "--listen", "192.0.2.1:0", "--license-listen", "127.0.0.1:0"],
                73, "this machine does not have that address"
            ),
            (["--database", scenario.panelPath, "--listen", "nonsense"], 64, "nonsense"),
            (
                ["--database", scenario.panelPath, "--certificate", "/none.pem", "--key", "/none.pem"], 78,
                "/none.pem cannot be read: No such file or directory"
            ),
            (
                ["--database", scenario.panelPath, "--certificate", text, "--key", text], 78,
                "\(text) holds no certificate in PEM form; `panel init` makes one"
            ),
            (["--database", scenario.panelPath, "--certificate", "/none.pem"], 64, "belong together"),
            (
                [
                    "--database", scenario.panelPath, "--listen", "127.0.0.1:0", "--license-listen", "127.0.0.1:0",
                    "--socket", scenario.panelPath,
                ],
                78, "no socket"
            ),
        ]
        for (words, status, said) in cases {
            let result = try Shell.run("/usr/bin/timeout", ["20", Programs.panel, "serve"] + words)
            #expect(result.status == status, "\(words): \(result.errors)")
            #expect(result.errors.contains(said), "\(words): \(result.errors)")
        }
        #expect(taken.stop() == 0)
    }

    @Test("who asks in a wrong way is told what to write instead, with the documented exit code")
    func wrongQuestions() throws {
        let panel = try RunningPanel(scenario)
        let text = try scenario.folder.write("notes.txt", "no certificate")
        let (url, password) = (try panel.url, scenario.folder.file("admin.password"))
        let plain = "http://" + url.dropFirst("https://".count)
        let cases: [(words: [String], status: Int32, said: String)] = [
            (["--url", url], 69, "trust the panel's certificate with --ca"),
            (["--url", url, "--ca", "/none.pem"], 66, "--ca /none.pem cannot be read: No such file or directory"),
            (["--url", url, "--ca", text], 65, "--ca \(text) holds no certificate in PEM form"),
            (["--url", plain, "--insecure"], 69, "write https://"),
            (["--url", try panel.licenseURL, "--insecure"], 69, "what answers there is no panel"),
        ]
        for (words, status, said) in cases {
            let result = try scenario.panel(
                ["xml", "--login", "admin", "--password-file", password] + words, input: "<packet/>", expecting: status)
            #expect(result.errors.contains(said), "\(words): \(result.errors)")
        }
        #expect(panel.stop() == 0)
        let nowhere = try scenario.panel(["init", "--database", "/none/panel.db"], expecting: 73)
        #expect(nowhere.errors.contains("there is no folder /none; make it first"))
        #expect(
            try scenario.panel(
                ["xml", "--database", scenario.panelPath], input: "<packet><plan-itm/></packet>", expecting: 65
            )
            .output.contains("did you mean &lt;plan-item&gt;?"))
    }
}
