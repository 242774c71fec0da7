import CallbackTestKit
import Glibc
import Testing

@Suite("Secrets and signatures by hand", .timeLimit(.minutes(2)))
struct SecretsTests {
    private func run(_ words: String..., input: String = "") throws -> Shell.Result {
        try Shell.run("/usr/bin/timeout", ["30", Programs.callbackd] + words, input: input)
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    /// What a signed request is verified with on the command line.
    private func verify(_ key: String, _ headers: [String], _ body: String, _ more: [String] = []) throws
        -> Shell.Result
    {
        try Shell.run(
            "/usr/bin/timeout",
            ["30", Programs.callbackd, "verify", "--secret", key] + headers.flatMap { ["--header", $0] } + more + ["-"],
            input: body)
    }

    @Test("new secrets are whole, for their owner alone, and never overwrite a file", arguments: [false, true])
    func new(ed25519: Bool) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("key")
        let kind = ed25519 ? ["--ed25519"] : []
        let made = try Shell.run(Programs.callbackd, ["secrets", "new", "--out", path] + kind)
        #expect(made.status == 0)
        let secret = try Shell.read(path)
        #expect(mode(path) == 0o600)
        #expect(secret.hasPrefix(ed25519 ? "whsk_" : "whsec_") && secret.hasSuffix("\n"))
        #expect(!made.output.contains(secret.trimmed) && !made.errors.contains(secret.trimmed))
        #expect(made.output.hasPrefix("whpk_") == ed25519)
        let again = try Shell.run(Programs.callbackd, ["secrets", "new", "--out", path] + kind)
        #expect(again.status == 73)
        #expect(again.errors.contains("exists, and is not overwritten"))
        #expect(try Shell.read(path) == secret)
        let shown = try Shell.run(Programs.callbackd, ["secrets", "new"] + kind)
        #expect(shown.output.hasPrefix(ed25519 ? "whsk_" : "whsec_"))
        #expect(shown.output.trimmed != secret.trimmed)
        let publicKey = try run("secrets", "public", path)
        #expect(publicKey.status == (ed25519 ? 0 : 65))
        #expect(publicKey.output == made.output)
        #expect(try run("secrets", "public", folder.file("none")).status == 66)
    }

    @Test("what sign prints verifies, here and with the official library, and a changed byte does not")
    func signAndVerify() throws {
        let folder = try TemporaryFolder()
        let shared = try folder.write("shared", Scenario.secret + "\n")
        let pair = folder.file("pair")
        let publicKey = try folder.write("public", try run("secrets", "new", "--ed25519", "--out", pair).output)
        let body = #"{"a":"ü"}"#
        let signed = try run("sign", "--secret", shared, "--secret", pair, "--id", "msg_1", "-", input: body)
        #expect(signed.status == 0)
        let headers = signed.output.split(separator: "\n").map(String.init)
        #expect(headers.count == 3 && headers[0] == "webhook-id: msg_1")
        for key in [shared, pair, publicKey] {
            let good = try verify(key, headers, body)
            #expect(good.status == 0 && good.output == "verified\n", "\(good.output)\(good.errors)")
            let changed = try verify(key, headers, body + " ")
            #expect(changed.status == 1)
            #expect(changed.output == "refused: no signature fits: is it the same secret on both sides?\n")
        }
        let upper = try verify(publicKey, headers.map { $0.replacing("webhook", with: "Webhook") } + ["X-A: 1"], body)
        #expect(upper.status == 0)
        let json = try verify(shared, Array(headers.dropLast()), body, ["--json"])
        #expect(json.status == 1)
        #expect(try JSON(parsing: json.output) == ["verified": false, "reason": "it has no webhook-signature"])
    }

    @Test("the published example is signed as published, and is refused as old unless the tolerance allows it")
    func published() throws {
        let folder = try TemporaryFolder()
        let key = try folder.write("key", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        let body = try folder.write("body", #"{"test": 2432232314}"#)
        let signed = try run(
            "sign", "--secret", key, "--id", "msg_p5jXN8AQM9LWM0D4loKWxJek", "--timestamp", "1614265330", body)
        let headers = signed.output.split(separator: "\n").map(String.init)
        #expect(headers.last == "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        let text = #"{"test": 2432232314}"#
        let old = try verify(key, headers, text)
        #expect(old.status == 1 && old.output.contains("s old"))
        #expect(try verify(key, headers, text, ["--tolerance", "100000d"]).status == 0)
    }

    @Test("wrong words end with 64, files that are not there with 66, keys that are none with 65")
    func wrong() throws {
        let folder = try TemporaryFolder()
        let key = try folder.write("key", Scenario.secret)
        let bad = try folder.write("bad", "hunter2")
        let body = try folder.write("body", "x")
        #expect(try run("sign", "--secret", key, body).status == 64)
        #expect(try run("sign", "--id", "a", body).status == 64)
        #expect(try run("sign", "--secret", key, "--id", "a.b", body).status == 64)
        #expect(try run("sign", "--secret", key, "--id", "a", "--timestamp", "-1", body).status == 64)
        #expect(try run("sign", "--secret", folder.file("no"), "--id", "a", body).status == 66)
        #expect(try run("sign", "--secret", key, "--id", "a", folder.file("no")).status == 66)
        let none = try run("sign", "--secret", bad, "--id", "a", body)
        #expect(none.status == 65 && !none.errors.contains("hunter2"))
        #expect(try run("verify", "--secret", key, "--header", "nothing", body).status == 64)
        #expect(
            try run("verify", "--secret", key, "--header", "webhook-id: 1", "--header", "Webhook-Id: 2", body).status
                == 64)
        #expect(try run("verify", "--secret", key, "--tolerance", "soon", body).status == 64)
        #expect(try run("verify", "--secret", key, body).status == 1)
    }

    @Test("after rotate and the printed line both secrets sign, until the old one's end passes while the daemon runs")
    func rotation() throws {
        let scenario = try Scenario()
        let daemon = try scenario.start()
        let old = Scenario.secret
        let path = scenario.folder.file("billing.secret")
        let rotated = try scenario.callbackd(["secrets", "rotate", "billing", "--keep", "15s"])
        #expect(rotated.status == 0, "\(rotated.errors)")
        let new = try Shell.read(path).trimmed
        #expect(new != old && new.hasPrefix("whsec_"))
        #expect(mode(path) == 0o600)
        #expect(!rotated.output.contains(new) && !rotated.errors.contains(new))
        #expect(!rotated.output.contains(old) && !rotated.errors.contains(old))
        let line = rotated.output.trimmed
        #expect(line.hasPrefix("previous: [{file: \"\(path).old-"))
        let text = try Shell.read(scenario.configurationPath)
        let before = "billing: {file: \"\(path)\"}"
        #expect(text.contains(before))
        try scenario.folder.write(
            "callbackd.yaml", text.replacing(before, with: "billing: {file: \"\(path)\", \(line)}"))
        try scenario.verb("reload")
        try scenario.addDomain("both.example")
        let both = try scenario.receiver.request(1)
        try OfficialVerifier.expectAll([both], secret: new)
        try OfficialVerifier.expectAll([both], secret: old)
        // No restart and no reload: each attempt looks at the clock.
        var last = both
        var count = 1
        try eventually("the old secret has ended") {
            try scenario.addDomain("after\(count).example")
            count += 1
            last = try scenario.receiver.request(count)
            return try OfficialVerifier.judge([last], secret: old).status == 1
        }
        try OfficialVerifier.expectAll([last], secret: new)
        #expect(last.header("webhook-signature")?.split(separator: " ").count == 1)
        #expect(daemon.stop() == 0)
    }

    @Test("rotate refuses what it cannot do, and changes nothing then")
    func rotateRefused() throws {
        let scenario = try Scenario()
        try scenario.configure(secrets: "token: {file: \"${dir}/token\"}\n  env: {env: HOME}")
        try scenario.folder.write("token", "no signing secret\n")
        chmod(scenario.folder.file("token"), 0o600)
        let unknown = try scenario.callbackd(["secrets", "rotate", "biling"])
        #expect(unknown.status == 78 && unknown.errors.contains("did you mean \"billing\"?"))
        #expect(try scenario.callbackd(["secrets", "rotate", "env"]).status == 78)
        let token = try scenario.callbackd(["secrets", "rotate", "token"])
        #expect(token.status == 65 && !token.errors.contains("no signing secret"))
        #expect(try scenario.callbackd(["secrets", "rotate", "billing", "--keep", "0s"]).status == 64)
        #expect(try Shell.read(scenario.folder.file("token")) == "no signing secret\n")
        let json = try scenario.callbackd(["secrets", "rotate", "billing", "--json"])
        let answer = try JSON(parsing: json.output)
        #expect(answer["secret"] == "billing" && answer["public_key"] == .null)
        #expect(answer["previous"].elements.count == 1)
        #expect(answer["previous"][0]["until"].text?.hasSuffix("Z") == true)
    }

    @Test("listen verifies ed25519 signatures with the public key")
    func listen() throws {
        let folder = try TemporaryFolder()
        let pair = folder.file("pair")
        let key = try run("secrets", "new", "--ed25519", "--out", pair).output.trimmed
        // The daemon's own receiver, in a shell that ends with it.
        let script = """
            set -eu
            '\(Programs.callbackd)' listen --secret '\(key)' --count 1 --json >listened 2>talk &
            listener=$!
            for _ in $(seq 1 100); do grep -q '^ready' talk && break; sleep 0.1; done
            url=$(sed -n 's/^listening on //p' talk)
            printf '{"a":1}' >body
            '\(Programs.callbackd)' sign --secret pair --id msg_1 body >headers
            curl -s -o /dev/null -w '%{http_code}\\n' -H @headers --data-binary 'x' "$url"
            curl -s -o /dev/null -w '%{http_code}\\n' -H @headers --data-binary @body "$url"
            wait "$listener"
            cat listened
            """
        let result = try Shell.run("/bin/bash", ["-c", "cd '\(folder.path)' && timeout 60 bash -c \"$0\"", script])
        #expect(result.status == 0, "\(result.errors)")
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(lines.prefix(2) == ["401", "204"])
        let verdicts = try lines.dropFirst(2).map { try JSON(parsing: $0)["verdict"] }
        #expect(verdicts == ["refused", "verified"])
    }
}
