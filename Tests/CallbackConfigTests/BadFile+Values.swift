/// What no key of the program itself can show; the rest stands in Tests/Corpus/configuration/bad.
extension BadFile {
    static let values: [BadFile] = [
        BadFile(
            "a word as boolean",
            #"""
            version: 1
            targets:
              hook:
                webhook:
                  url: https://a.example/
                  verify-tls: yes

            """#,
            #"6:19+3 C021 "verify-tls" in "webhook" of target "hook" must be true or false, not "yes" — did you mean true?"#
        ),
        BadFile(
            "a capital boolean",
            #"""
            version: 1
            targets:
              hook:
                webhook:
                  url: https://a.example/
                  verify-tls: False

            """#,
            #"6:19+5 C021 "verify-tls" in "webhook" of target "hook" must be true or false, not "False" — did you mean false?"#
        ),
        BadFile(
            "a boolean in quotes",
            #"""
            version: 1
            targets:
              hook:
                webhook:
                  url: https://a.example/
                  verify-tls: "true"

            """#,
            #"6:19+6 C021 "verify-tls" in "webhook" of target "hook" must be true or false, not "true" — did you mean true?"#
        ),
        BadFile(
            "a number as boolean",
            #"""
            version: 1
            targets:
              hook:
                webhook:
                  url: https://a.example/
                  verify-tls: 1

            """#,
            #"6:19+1 C020 "verify-tls" in "webhook" of target "hook" must be true or false, not a number"#
        ),
        BadFile(
            "what the action itself refuses",
            #"""
            version: 1
            targets:
              t:
                webhook: {url: "ftp://x"}

            """#,
            #"4:20+9 A001 only http and https are possible"#
        ),
    ]
}
