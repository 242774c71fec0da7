import CallbackTestKit
import Testing

@Suite("Hook scripts", .serialized)
struct HookTests {
    /// A scenario whose rule delivers to a hook, and to the receiver as well.
    private func scenario(_ script: String, run more: String = "", settings: String = "") throws -> Scenario {
        let scenario = try Scenario()
        let path = try scenario.hook("hook.sh", script)
        let words = ([path] + (more.isEmpty ? [] : [more])).joined(separator: ", ")
        try scenario.configure(
            targets: """
                \(Scenario.targets)
                  script:
                    command:
                      run: [\(words)]
                      \(settings)
                """,
            rules: """
                rules:
                  - name: both
                    events: [plan_item.created, domain.created, domain.updated, domain.deleted]
                    deliver: [billing, script]
                """)
        return scenario
    }

    @Test("a hook gets its arguments filled in, each as one, and no shell looks at them")
    func arguments() throws {
        let scenario = try scenario(
            #"printf '<%s>\n' "$@" >"${dir}/hook.out""#,
            run: #"plain, "two words", "name={{ data.new.name }}", "{{ data.new.description | default(\"none\") }}""#)
        let daemon = try scenario.start()
        try scenario.sql(
            """
            INSERT INTO domains (name, displayName, cl_id, description)
            VALUES ('a b.example', 'x', 3, '$(touch /tmp/never); `id` "quoted" *');
            """)
        try scenario.delivery("1-2", is: "delivered")
        #expect(
            try Shell.read(scenario.hookOutputPath) == """
                <plain>
                <two words>
                <name=a b.example>
                <$(touch /tmp/never); `id` "quoted" *>

                """)
        #expect(daemon.stop() == 0)
    }

    @Test("a hook reads the same bytes that the webhook carries")
    func standardInput() throws {
        let scenario = try scenario(#"cat >"${dir}/hook.out""#)
        let daemon = try scenario.start()
        try scenario.packet(PrintedPackets.addPlanItemToPanel)
        let request = try scenario.receiver.request(1)
        try scenario.delivery("1-2", is: "delivered")
        #expect(try Shell.read(scenario.hookOutputPath) == request.text)
        #expect(daemon.stop() == 0)
    }

    @Test("a hook finds the event and its fields among its variables, and nothing of the daemon's")
    func variables() throws {
        let scenario = try scenario(
            #"env | sort >"${dir}/hook.out""#,
            settings: #"environment: {GREETING: "for {{ data.new.label | default(\"nobody\") }}"}"#)
        let daemon = try scenario.start()
        try scenario.packet(PrintedPackets.addPlanItemToPanel)
        let event = try scenario.receiver.request(1).json
        try scenario.delivery("1-2", is: "delivered")
        let lines = Set(try Shell.read(scenario.hookOutputPath).split(separator: "\n").map(String.init))
        for wanted in [
            "EVENT_ID=\(event["id"].text ?? "?")", "EVENT_TYPE=plan_item.created", "EVENT_SUBJECT=plan_item/1235",
            "EVENT_TIME=\(event["time"].text ?? "?")", "ATTEMPT=1", "NEW_ID=1235", "NEW_LABEL=New Service",
            "NEW_URL=http://domain.com", "NEW_VISIBLE=true", "NEW_EXTERNAL_ID=", "NEW_DOM_ID=true",
            "GREETING=for New Service",
        ] {
            #expect(lines.contains(wanted), "\(wanted)")
        }
        #expect(!lines.contains { $0.hasPrefix("OLD_") || $0.hasPrefix("HOME=") || $0.hasPrefix("CALLBACKD") })
        #expect(daemon.stop() == 0)
    }

    @Test("a removed domain comes as OLD_ variables, a changed one as both")
    func oldVariables() throws {
        let scenario = try scenario(#"env | grep -E '^(OLD|NEW)_(NAME|DOMAIN_NAME)=' | sort >"${dir}/$EVENT_TYPE""#)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.sql("UPDATE domains SET name = 'b.example' WHERE name = 'a.example';")
        try scenario.sql("DELETE FROM domains WHERE name = 'b.example';")
        try scenario.delivery("3-2", is: "delivered")
        func variables(_ type: String) throws -> [Substring] {
            try Shell.read(scenario.folder.file(type)).split(separator: "\n")
        }
        #expect(try variables("domain.created") == ["NEW_DOMAIN_NAME=a.example", "NEW_NAME=a.example"])
        #expect(
            try variables("domain.updated") == [
                "NEW_DOMAIN_NAME=b.example", "NEW_NAME=b.example", "OLD_DOMAIN_NAME=a.example", "OLD_NAME=a.example",
            ])
        #expect(try variables("domain.deleted") == ["OLD_DOMAIN_NAME=b.example", "OLD_NAME=b.example"])
        #expect(daemon.stop() == 0)
    }

    @Test("what a hook prints is kept on its attempt, up to the limit")
    func output() throws {
        let scenario = try scenario(
            "echo to stdout; echo to stderr >&2; head -c 5000 /dev/zero | tr '\\0' x",
            settings: "output-limit: 1KiB")
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let attempt = try scenario.delivery("1-2", is: "delivered")["attempts"][0]
        #expect(attempt["output"].text?.contains("to stdout") == true)
        #expect(attempt["output"].text?.contains("to stderr") == true)
        #expect(attempt["output"].text?.utf8.count == 1024)
        #expect(attempt["output_truncated"] == true)
        #expect(attempt["code"] == 0)
        #expect(daemon.stop() == 0)
    }

    @Test("exit code 75 is tried again, and the next attempt knows its number")
    func tryAgain() throws {
        let scenario = try scenario(
            #"echo "$ATTEMPT" >>"${dir}/hook.out"; [ "$ATTEMPT" -ge 3 ] || exit 75"#,
            settings: "\n    retry: {schedule: [50ms, 50ms, 50ms], jitter: 0%}")
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let attempts = try scenario.delivery("1-2", is: "delivered")["attempts"].elements
        #expect(try Shell.read(scenario.hookOutputPath) == "1\n2\n3\n")
        #expect(attempts.map(\.["code"]) == [75, 75, 0])
        #expect(attempts[0]["reason"] == "the hook asks to be run again later (exit code 75)")
        #expect(daemon.stop() == 0)
    }

    @Test("exit codes 65 and 78 make a dead letter at once", arguments: [65, 78])
    func refusal(code: Int) throws {
        let scenario = try scenario("echo this one is wrong; exit \(code)")
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let letter = try scenario.delivery("1-2", is: "dead")
        #expect(letter["reason"] == "refused")
        #expect(letter["attempts"].elements.count == 1)
        #expect(letter["attempts"][0]["reason"].text?.contains("exit code \(code)") == true)
        #expect(letter["attempts"][0]["output"] == "this one is wrong\n")
        #expect(daemon.stop() == 0)
    }

    @Test("a hook that runs too long is ended with what it started, and tried again")
    func deadline() throws {
        let scenario = try scenario(
            """
            [ "$ATTEMPT" -gt 1 ] && exit 0
            sleep 600 &
            echo $! >"${dir}/hook.out"
            wait
            """,
            settings: "\n    timeout: 300ms\n    retry: {schedule: [50ms], jitter: 0%}")
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let attempts = try scenario.delivery("1-2", is: "delivered")["attempts"].elements
        #expect(attempts.count == 2)
        #expect(attempts[0]["reason"].text?.contains("ran longer than its timeout of 0.3 s") == true)
        let child = try #require(Int32(try Shell.read(scenario.hookOutputPath).trimmed))
        try eventually("the hook's child is gone") { !isRunning(child) }
        #expect(daemon.stop() == 0)
    }

    @Test("a hook that anybody could change is refused with exit 78 before anything runs")
    func unsafeHook() throws {
        let scenario = try scenario("true")
        try scenario.folder.write("hook.sh", "#!/bin/sh\n", mode: 0o777)
        let result = try scenario.callbackd(["run"])
        #expect(result.status == 78)
        #expect(result.errors.hasPrefix("error[C085]: target \"script\": \(scenario.folder.file("hook.sh"))"))
        #expect(result.errors.contains("chmod go-w"))
    }
}
