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
            "a duration without a unit",
            #"""
            version: 1
            targets:
              hook:
                command: {run: [/bin/true]}
                timeout: 20

            """#,
            #"5:14+2 C022 "timeout" in target "hook" has no unit: "20""#
        ),
        BadFile(
            "a duration with an unknown unit",
            #"""
            version: 1
            targets:
              hook:
                command: {run: [/bin/true]}
                timeout: 20 seconds

            """#,
            #"5:14+10 C022 "timeout" in target "hook" must be a duration, not "20 seconds""#
        ),
        BadFile(
            "a fraction as duration",
            #"""
            version: 1
            targets:
              hook:
                command: {run: [/bin/true]}
                timeout: 1.5

            """#,
            #"5:14+3 C022 "timeout" in target "hook" must be a duration, not a number"#
        ),
        BadFile(
            "a duration that is too long",
            #"""
            version: 1
            targets:
              hook:
                command: {run: [/bin/true]}
                timeout: 99999999999999999999s
                retry: {schedule: [4000d]}

            """#,
            #"5:14+21 C022 "timeout" in target "hook" is too large: "99999999999999999999s""#,
            #"6:24+5 C022 an item of "schedule" in "retry" in target "hook" is too large: "4000d""#
        ),
        BadFile(
            "a timeout of nothing",
            #"""
            version: 1
            targets:
              hook:
                command: {run: [/bin/true]}
                timeout: 0s

            """#,
            #"5:14+2 C025 "timeout" must be longer than 0s and at most 24h"#
        ),
        BadFile(
            "a timeout of two days",
            #"""
            version: 1
            targets:
              hook:
                command: {run: [/bin/true]}
                timeout: 2d

            """#,
            #"5:14+2 C025 "timeout" must be longer than 0s and at most 24h"#
        ),
        BadFile(
            "bad items in a list in flow style",
            #"""
            version: 1
            targets:
              hook:
                command: {run: [/bin/true]}
                retry: {schedule: [5s, 5, 1x, [2s]], jitter: 20%}

            """#,
            #"5:28+1 C022 an item of "schedule" in "retry" in target "hook" has no unit: "5""#,
            #"5:31+2 C022 an item of "schedule" in "retry" in target "hook" must be a duration, not "1x""#,
            #"5:35+4 C022 an item of "schedule" in "retry" in target "hook" must be a duration, not a list"#
        ),
        BadFile(
            "a schedule that is no list",
            #"""
            version: 1
            targets:
              hook:
                command: {run: [/bin/true]}
                retry: {schedule: 5s}

            """#,
            #"5:23+2 C020 "schedule" in "retry" in target "hook" must be a list, not a text"#
        ),
        BadFile(
            "a percentage without a sign",
            #"""
            version: 1
            targets:
              hook:
                command: {run: [/bin/true]}
                retry: {jitter: 20}

            """#,
            #"5:21+2 C024 "jitter" in "retry" in target "hook" has no unit: "20""#
        ),
        BadFile(
            "a percentage above all",
            #"""
            version: 1
            targets:
              hook:
                command: {run: [/bin/true]}
                retry: {jitter: 120%}

            """#,
            #"5:21+4 C024 "jitter" in "retry" in target "hook" is too large: "120%""#
        ),
        BadFile(
            "a size without a unit",
            #"""
            version: 1
            retention: {size: 1000}

            """#,
            #"2:19+4 C023 "size" in "retention" has no unit: "1000""#
        ),
        BadFile(
            "a size with a decimal unit",
            #"""
            version: 1
            retention: {size: 10GB, age: forever}

            """#,
            #"2:19+4 C023 "size" in "retention" must be a size, not "10GB""#,
            #"2:30+7 C022 "age" in "retention" must be a duration, not "forever""#
        ),
        BadFile(
            "a size beyond all",
            #"""
            version: 1
            limits: {panel-log: 9999999999TiB}

            """#,
            #"2:21+13 C023 "panel-log" in "limits" is too large: "9999999999TiB""#
        ),
        BadFile(
            "a number that is too large",
            #"""
            version: 1
            targets:
              hook:
                command: {run: [/bin/true]}
                concurrency: 1025
                connections: 65

            """#,
            #"5:18+4 C025 "concurrency" in target "hook" must be 1 to 1024, not 1025"#,
            #"6:18+2 C025 "connections" in target "hook" must be 1 to 64, not 65"#
        ),
        BadFile(
            "a number that is too small",
            #"""
            version: 1
            targets:
              hook:
                command: {run: [/bin/true]}
                concurrency: 0

            """#,
            #"5:18+1 C025 "concurrency" in target "hook" must be 1 to 1024, not 0"#
        ),
        BadFile(
            "a text as number",
            #"""
            version: 1
            limits: {in-flight: many}

            """#,
            #"2:21+4 C020 "in-flight" in "limits" must be a whole number, not a text"#
        ),
        BadFile(
            "a fraction as number",
            #"""
            version: 1
            limits: {in-flight: 1.5}

            """#,
            #"2:21+3 C020 "in-flight" in "limits" must be a whole number, not a fraction"#
        ),
        BadFile(
            "a word that is not allowed",
            #"""
            version: 1
            targets:
              hook:
                webhook:
                  url: https://a.example/
                  format: cloudevent

            """#,
            #"6:15+10 C026 "format" in "webhook" of target "hook" cannot be "cloudevent" — did you mean "cloudevents"?"#
        ),
        BadFile(
            "a word that is like no other",
            #"""
            version: 1
            targets:
              hook:
                webhook:
                  url: https://a.example/
                  format: soap

            """#,
            #"6:15+4 C026 "format" in "webhook" of target "hook" cannot be "soap""#
        ),
        BadFile(
            "a number as text",
            #"""
            version: 1
            control: {group: 12}

            """#,
            #"2:18+2 C020 "group" in "control" must be a text, not a number"#
        ),
        BadFile(
            "nothing as text",
            #"""
            version: 1
            state:

            """#,
            #"2:7+1 C020 "state" must be a text, not null"#
        ),
        BadFile(
            "an empty path",
            #"""
            version: 1
            state: ""

            """#,
            #"2:8+2 C020 "state" must be a path, not an empty text"#
        ),
        BadFile(
            "a list as text",
            #"""
            version: 1
            state: [/a]

            """#,
            #"2:8+4 C020 "state" must be a text, not a list"#
        ),
        BadFile(
            "a text as list",
            #"""
            version: 1
            include: rules.d/*.yaml

            """#,
            #"2:10+14 C020 "include" must be a list, not a text"#
        ),
        BadFile(
            "a number in a list of texts",
            #"""
            version: 1
            targets:
              hook:
                command: {run: [/bin/sleep, 5]}
                retry: {}

            """#,
            #"4:33+1 C020 an item of "run" in "command" of target "hook" must be a text, not a number"#
        ),
        BadFile(
            "a bad address range",
            #"""
            version: 1
            egress: {allow: [10.0.0.0/33, 10.0.0, 10.0.0.0/8, "::1/129", 10.0.0.0/+8]}

            """#,
            #"2:18+11 C028 "10.0.0.0/33" is not an address range"#,
            #"2:31+6 C028 "10.0.0" is not an address range"#,
            #"2:51+9 C028 "::1/129" is not an address range"#,
            #"2:62+11 C028 "10.0.0.0/+8" is not an address range"#
        ),
        BadFile(
            "a text as mapping",
            #"""
            version: 1
            targets:
              hook:
                command: {run: [/bin/true]}
                retry: never

            """#,
            #"5:12+5 C020 "retry" in target "hook" must be a mapping, not a text"#
        ),
        BadFile(
            "a header that is a number",
            #"""
            version: 1
            targets:
              hook:
                webhook:
                  url: https://a.example/
                  headers: {X-Version: 1, X-Ok: a}

            """#,
            #"6:28+1 C020 "X-Version" of "headers" in "webhook" of target "hook" must be a text, not a number"#
        ),
    ]
}
