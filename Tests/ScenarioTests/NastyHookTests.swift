import CallbackTestKit
import Glibc
import Testing

@Suite("A nasty hook", .serialized)
struct NastyHookTests {
    /// A scenario whose target `bad` runs a script, one at a time: at its first attempt the nasty one.
    private func scenario(
        _ script: String, timeout: String = "10s", settings: String = "", retry: String = "[10ms]"
    ) throws -> Scenario {
        let scenario = try Scenario()
        let path = try scenario.hook("hook.sh", "[ \"$ATTEMPT\" -gt 1 ] && exit 0\n" + script)
        try scenario.configure(
            bad: "command: {run: [\(path)]\(settings.isEmpty ? "" : ", ")\(settings)}", timeout: timeout, retry: retry)
        return scenario
    }

    private func processes(_ scenario: Scenario) throws -> [Int32] {
        guard access(scenario.folder.file("pids"), F_OK) == 0 else { return [] }
        return try Shell.read(scenario.folder.file("pids")).split(separator: "\n").compactMap { Int32($0) }
    }

    @Test(
        "leaves its words in the ledger and nothing else: its tree is gone, its slot is free, no other target waits",
        arguments: NastyHook.all)
    func each(_ hook: NastyHook) throws {
        let scenario = try scenario(hook.script, timeout: hook.timeout)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let attempts = try scenario.delivery("1-1", is: "delivered")["attempts"].elements
        #expect(attempts.count == 2)
        #expect(attempts[0]["reason"] == .text(hook.reason))
        #expect(attempts[0]["code"] == (hook.code.map { .number(Double($0)) } ?? .null))
        #expect(attempts.last?["code"] == 0)
        try scenario.expectGoodTargetUnharmed()
        let left = try processes(scenario)
        #expect(left.isEmpty != hook.script.contains("pids"))
        #expect(left.allSatisfy { !isRunning($0) })
        #expect(daemon.stop() == 0)
    }

    @Test("a daemon that keeps the output open does not keep a delivery open, and does not outlive it")
    func heldOutput() throws {
        let scenario = try scenario(
            #"""
            setsid sh -c 'trap "" HUP; echo $$ >"${dir}/pids"; exec sleep 600' &
            while [ ! -s "${dir}/pids" ]; do :; done
            echo done
            """#)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let attempts = try scenario.delivery("1-1", is: "delivered")["attempts"].elements
        #expect(attempts.map(\.["code"]) == [0])
        #expect(attempts[0]["output"] == "done\n")
        #expect(try processes(scenario).count == 1)
        #expect(try processes(scenario).allSatisfy { !isRunning($0) })
        #expect(daemon.stop() == 0)
    }

    @Test("1 GB of output is read to its end, and 64 KiB of it are kept")
    func muchOutput() throws {
        let scenario = try scenario("head -c 1000000000 /dev/zero", timeout: "60s")
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let attempts = try scenario.delivery("1-1", is: "delivered")["attempts"].elements
        #expect(attempts.map(\.["code"]) == [0])
        #expect(attempts[0]["output"].text?.utf8.count == 65_536)
        #expect(attempts[0]["output_truncated"] == true)
        try scenario.expectGoodTargetUnharmed()
        #expect(daemon.stop() == 0)
    }

    @Test("output that is no text and has no line end is kept byte by byte")
    func binaryOutput() throws {
        let scenario = try scenario(#"printf '\377\376\000\001'"#)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let attempt = try scenario.delivery("1-1", is: "delivered")["attempts"][0]
        #expect(attempt["output_base64"] == "//4AAQ==")
        #expect(attempt["output_truncated"] == false)
        #expect(daemon.stop() == 0)
    }

    @Test(
        "an event of nearly 1 MiB, the largest there is, that is never read does not stop it, and its large value is no variable"
    )
    func unreadEvent() throws {
        let scenario = try scenario(#"echo "truncated=$EVENT_TRUNCATED length=${#NEW_DESCRIPTION} name=$NEW_NAME""#)
        let daemon = try scenario.start()
        try scenario.sql(
            """
            INSERT INTO domains (name, displayName, cl_id, vendor_id, description)
            VALUES ('a.example', 'a', 3, 2, hex(zeroblob(500000)));
            """)
        let attempts = try scenario.delivery("1-1", is: "delivered")["attempts"].elements
        #expect(attempts.map(\.["code"]) == [0])
        #expect(attempts[0]["output"] == "truncated=1 length=0 name=a.example\n")
        #expect(try scenario.receiver.request(1).body.count > 1_000_000)
        #expect(daemon.stop() == 0)
    }

    @Test("arguments that are longer than Linux takes are a dead letter at once")
    func longArguments() throws {
        let scenario = try Scenario()
        let path = try scenario.hook("hook.sh", "true")
        try scenario.configure(bad: "command: {run: [\(path), \"{{ data.new.description | default(\\\"\\\") }}\"]}")
        let daemon = try scenario.start()
        try scenario.sql(
            """
            INSERT INTO domains (name, displayName, cl_id, vendor_id, description)
            VALUES ('a.example', 'a', 3, 2, hex(zeroblob(100000)));
            """)
        let letter = try scenario.delivery("1-1", is: "dead")
        #expect(letter["reason"] == "refused")
        #expect(
            letter["attempts"].elements.map(\.["reason"]) == [
                .text(
                    "cannot run \(path): its arguments are longer than Linux takes (Argument list too long); "
                        + "let it read the event from standard input")
            ])
        try scenario.addDomain("b.example")
        try scenario.delivery("2-1", is: "delivered")
        #expect(daemon.stop() == 0)
    }

    // MARK: The file

    /// What is done to a hook's file behind the daemon's back, and the words about it; `PATH` is the file.
    struct Change: Sendable, CustomTestStringConvertible {
        let name: String
        let command: String
        let repair: String
        let reason: String

        var testDescription: String { name }
    }

    private static let changes = [
        Change(
            name: "not executable", command: "chmod 644 PATH", repair: "chmod 755 PATH",
            reason: "cannot run PATH: it is not executable; chmod 755 PATH"),
        Change(
            name: "a directory", command: "mv PATH PATH.old; mkdir -m 755 PATH",
            repair: "rmdir PATH; mv PATH.old PATH", reason: "cannot run PATH: it is a directory and not a program"),
        Change(
            name: "writable by others", command: "chmod 757 PATH", repair: "chmod 755 PATH",
            reason: "cannot run PATH: PATH can be changed by its group or by others; chmod go-w PATH"),
        Change(
            name: "writable by its group", command: "chmod 775 PATH", repair: "chmod 755 PATH",
            reason: "cannot run PATH: PATH can be changed by its group or by others; chmod go-w PATH"),
        Change(
            name: "in a directory that others can write to", command: "chmod 777 DIR", repair: "chmod 755 DIR",
            reason: "cannot run PATH: DIR can be changed by its group or by others; chmod go-w DIR"),
        Change(
            name: "gone", command: "mv PATH PATH.old", repair: "mv PATH.old PATH",
            reason: "cannot run PATH: No such file or directory"),
        Change(
            name: "without its interpreter", command: "sed -i '1s:.*:#!/nowhere/sh:' PATH",
            repair: "sed -i '1s:.*:#!/bin/sh:' PATH",
            reason: "cannot run PATH: the program named in its first line does not exist"),
    ]

    @Test(
        "a file that has changed since the start is not run, and is run again when that is repaired", arguments: changes
    )
    func file(_ change: Change) throws {
        let scenario = try Scenario()
        guard mkdir(scenario.folder.file("hooks"), 0o755) == 0 else { throw ScenarioError("no directory") }
        let path = try scenario.hook("hooks/hook.sh", "true")
        func filled(_ text: String) -> String {
            text.replacing("PATH", with: path).replacing("DIR", with: scenario.folder.file("hooks"))
        }
        try scenario.configure(
            bad: "command: {run: [\(path)]}", retry: "[\(Array(repeating: "300ms", count: 60).joined(separator: ", "))]"
        )
        let daemon = try scenario.start()
        #expect(try Shell.run("/bin/sh", ["-c", filled(change.command)]).status == 0)
        try scenario.addDomain("a.example")
        let attempt = try scenario.attempts("1-1", atLeast: 1)[0]
        #expect(attempt["reason"] == .text(filled(change.reason)))
        #expect(attempt["code"] == .null)
        try scenario.expectGoodTargetUnharmed()
        #expect(try Shell.run("/bin/sh", ["-c", filled(change.repair)]).status == 0)
        #expect(try scenario.delivery("1-1", is: "delivered")["attempts"].elements.last?["code"] == 0)
        #expect(daemon.stop() == 0)
    }

    // MARK: Whom, and how much

    @Test("a limit ends a hook that passes it, with the signal's name")
    func limits() throws {
        let scenario = try scenario(
            "exec head -c 100000 /dev/zero >\"${dir}/large\"",
            settings: "limits: {file-size: 64KiB}")
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let attempts = try scenario.delivery("1-1", is: "delivered")["attempts"].elements
        #expect(attempts[0]["reason"] == "the hook was ended by signal 25 (XFSZ)")
        var facts = stat()
        #expect(stat(scenario.folder.file("large"), &facts) == 0 && facts.st_size == 64 << 10)
        #expect(daemon.stop() == 0)
    }

    @Test(
        "a hook runs as its user, with that user's groups and nothing of the daemon's",
        .enabled(if: geteuid() == 0, "only root may run hooks as somebody else"))
    func user() throws {
        let scenario = try scenario(
            "id -u; id -G; pwd; umask",
            settings: "user: nobody, directory: /usr, umask: \"077\"")
        // The user has to get to the file.
        chmod(scenario.folder.path, 0o755)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let attempt = try scenario.delivery("1-1", is: "delivered")["attempts"][0]
        let nobody = try Shell.run("/usr/bin/id", ["-u", "nobody"]).output
        let groups = try Shell.run("/usr/bin/id", ["-G", "nobody"]).output
        #expect(attempt["output"] == .text(nobody + groups + "/usr\n0077\n"))
        #expect(daemon.stop() == 0)
    }
}
