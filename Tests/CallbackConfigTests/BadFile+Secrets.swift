extension BadFile {
    static let secrets: [BadFile] = [
        BadFile(
            "a signing key as secret",
            #"""
            version: 1
            secrets:
              billing: whsec_hunter2hunter2

            """#,
            #"3:12+20 C030 secret "billing" holds a secret itself; secrets go by reference — not shown"#
        ),
        BadFile(
            "a password as secret",
            #"""
            version: 1
            secrets:
              billing: hunter2
              other: [hunter2]

            """#,
            #"3:12+7 C030 secret "billing" holds a secret itself; secrets go by reference — not shown"#,
            #"4:10+9 C030 secret "other" holds a secret itself; secrets go by reference — not shown"#
        ),
        BadFile(
            "secrets that are one text",
            #"""
            version: 1
            secrets: hunter2

            """#,
            #"2:10+7 C020 "secrets" must be a mapping of names, not a text"#
        ),
        BadFile(
            "a value below a secret",
            #"""
            version: 1
            secrets:
              billing: {value: hunter2}

            """#,
            #"3:3+7 C034 secret "billing" must have exactly one of file, env and credential"#,
            #"3:13+5 C012 unknown key "value" in secret "billing""#
        ),
        BadFile(
            "a secret with two places",
            #"""
            version: 1
            secrets:
              billing: {file: /a, env: B}

            """#,
            #"3:23+3 C034 secret "billing" must have exactly one of file, env and credential"#
        ),
        BadFile(
            "a secret with no place",
            #"""
            version: 1
            secrets:
              billing: {}
              other:

            """#,
            #"3:3+7 C034 secret "billing" must have exactly one of file, env and credential"#,
            #"4:3+5 C034 secret "other" must have exactly one of file, env and credential"#
        ),
        BadFile(
            "a previous secret inline",
            #"""
            version: 1
            secrets:
              billing: {env: B, previous: [hunter2, {value: hunter2}]}

            """#,
            #"3:32+7 C030 "previous" of secret "billing" holds a secret itself; secrets go by reference — not shown"#,
            #"3:41+16 C034 "previous" of secret "billing" must have exactly one of file, env and credential"#,
            #"3:42+5 C012 unknown key "value" in "previous" of secret "billing""#
        ),
        BadFile(
            "a bad date",
            #"""
            version: 1
            secrets:
              billing: {env: B, previous: [{env: A, until: 2026-02-30}]}

            """#,
            #"3:48+10 C027 "until" must be a date, not "2026-02-30""#
        ),
        BadFile(
            "a file as a name of a variable",
            #"""
            version: 1
            secrets:
              billing: {env: a=b}
              other: {credential: ../x}

            """#,
            #"3:18+3 C016 secret "billing": "a=b" is not the name of an environment variable"#,
            #"4:23+4 C016 secret "other": "../x" is not the name of a credential"#
        ),
        BadFile(
            "a signing key where a name is wanted",
            #"""
            version: 1
            secrets: {billing: {env: B}}
            targets:
              t:
                webhook:
                  url: https://a.example/
                  sign: {secret: whsec_hunter2hunter2}

            """#,
            #"7:22+20 C030 "secret" in "sign" in "webhook" of target "t" holds a secret itself; secrets go by reference — not shown"#
        ),
        BadFile(
            "a password where a name is wanted",
            #"""
            version: 1
            secrets: {billing: {env: B}}
            targets:
              t:
                webhook:
                  url: https://a.example/
                  sign: {secret: "hunter2 !"}

            """#,
            #"7:22+11 C030 "secret" in "sign" in "webhook" of target "t" holds a secret itself; secrets go by reference — not shown"#
        ),
        BadFile(
            "a password that could be a name",
            #"""
            version: 1
            secrets: {billing: {env: B}}
            targets:
              t:
                webhook:
                  url: https://a.example/
                  sign: {secret: hunter2}

            """#,
            #"7:22+7 C031 this names no secret that is declared — not shown"#
        ),
        BadFile(
            "a misspelt secret",
            #"""
            version: 1
            secrets: {billing: {env: B}}
            targets:
              t:
                webhook:
                  url: https://a.example/
                  sign: {secret: biling}

            """#,
            #"7:22+6 C031 unknown secret "biling" — did you mean "billing"?"#
        ),
        BadFile(
            "an unknown secret in a header",
            #"""
            version: 1
            secrets: {billing: {env: B}}
            targets:
              t:
                webhook:
                  url: https://a.example/
                  headers: {Authorization: "Bearer ${secret.biling}", X-A: 'a ${secret.b'}

            """#,
            #"7:40+16 C031 unknown secret "biling" — did you mean "billing"?"#,
            #"7:67+10 C032 "X-A" of "headers" in "webhook" of target "t" has a reference that is not understood: "${secret.b""#
        ),
        BadFile(
            "an unknown reference in a header",
            #"""
            version: 1
            secrets: {billing: {env: B}}
            targets:
              t:
                webhook:
                  url: https://a.example/
                  headers: {X-A: "${env.HOME}"}

            """#,
            #"7:23+11 C032 "X-A" of "headers" in "webhook" of target "t" has a reference that is not understood: "${env.HOME}""#
        ),
        BadFile(
            "a secret in a URL",
            #"""
            version: 1
            secrets: {billing: {env: B}}
            targets:
              t:
                webhook:
                  url: https://a.example/?key=${secret.billing}

            """#,
            #"6:35+17 C033 "url" in "webhook" of target "t" must not hold a secret"#
        ),
        BadFile(
            "a signing key in a header",
            #"""
            version: 1
            secrets: {billing: {env: B}}
            targets:
              t:
                webhook:
                  url: https://a.example/
                  headers: {X-A: whsec_hunter2hunter2, X-B: "Bearer hunter2", X-C: 1}

            """#,
            #"7:22+20 C030 "X-A" of "headers" in "webhook" of target "t" holds a secret itself; secrets go by reference — not shown"#,
            #"7:72+1 C020 "X-C" of "headers" in "webhook" of target "t" must be a text, not a number"#
        ),
        BadFile(
            "a password in a URL",
            #"""
            version: 1
            secrets: {billing: {env: B}}
            targets:
              t:
                webhook:
                  url: {u: "https://me:hunter2@a.example/"}

            """#,
            #"6:12+36 C020 "url" in "webhook" of target "t" must be a text, not a mapping"#
        ),
        BadFile(
            "a number where a secret's name is wanted",
            #"""
            version: 1
            secrets: {billing: {env: B}}
            targets:
              t:
                webhook:
                  url: https://a.example/
                  sign: {secret: 12}

            """#,
            #"7:22+2 C020 "secret" in "sign" in "webhook" of target "t" must be the name of a secret, not a number"#
        ),
        BadFile(
            "secrets that are no YAML",
            #"""
            version: 1
            secrets:
              billing: hunter2: x

            """#,
            #"3:19+1 C001 this is not YAML: mapping values are not allowed in this context"#
        ),
        BadFile(
            "a signing key as a key",
            #"""
            version: 1
            secrets:
              whsec_hunter2: {env: A}
              whsec_hunter2: {env: B}

            """#,
            #"4:3+13 C004 duplicate key "whsec_…" — stands first in line 3, column 3"#
        ),
    ]
}
