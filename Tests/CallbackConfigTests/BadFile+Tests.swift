extension BadFile {
    /// What these files have in common: the first nine lines.
    static let testsStart = #"""
        version: 1
        sources:
          panel: {sqlite: {path: /panel.db}, profile: plesk}
        targets:
          billing: {webhook: {url: "https://a.example/"}}
          hook: {command: {run: [/bin/true]}}
        secrets: {token: {env: TOKEN}}
        rules:
          - {name: bill, events: [plan_item.created, service_plan.plan_item_added], deliver: [billing, hook]}

        """#

    static let tests: [BadFile] = [
        BadFile(
            "tests that are a mapping",
            testsStart + #"""
                tests: {a: b}

                """#,
            #"10:8+6 C020 "tests" must be a list, not a mapping"#
        ),
        BadFile(
            "a test that is a text",
            testsStart + #"""
                tests: [a]

                """#,
            #"10:9+1 C020 a test must be a mapping, not a text"#
        ),
        BadFile(
            "a test without anything",
            testsStart + #"""
                tests:
                  - {}

                """#,
            #"11:5+2 C013 a test has no "name""#,
            #"11:5+2 C013 a test has no "expect""#,
            #"11:5+2 C102 a test has neither "event" nor "change""#
        ),
        BadFile(
            "an unknown key of a test",
            testsStart + #"""
                tests:
                  - {name: a, evnet: {type: plan_item.created}, expect: []}

                """#,
            #"11:15+5 C012 unknown key "evnet" in test "a" — did you mean "event"?"#
        ),
        BadFile(
            "a test without a name to show",
            testsStart + #"""
                tests:
                  - {name: " ", event: {type: plan_item.created}, expect: []}

                """#,
            #"11:12+3 C020 a test's name must not be empty"#
        ),
        BadFile(
            "two tests of one name",
            testsStart + #"""
                tests:
                  - {name: a, event: {type: plan_item.created}, expect: []}
                  - {name: a, event: {type: plan_item.created}, expect: []}

                """#,
            #"12:12+1 C101 two tests are called "a" — stands first in etc/callbackd.yaml:11:12"#
        ),
        BadFile(
            "a test with event and change",
            testsStart + #"""
                tests:
                  - name: a
                    event: {type: plan_item.created}
                    change: {source: panel, table: t, insert: {id: 1}}
                    expect: []

                """#,
            #"13:13+42 C102 test "a" has both "event" and "change""#
        ),
        BadFile(
            "an unknown event",
            testsStart + #"""
                tests:
                  - {name: a, event: {type: plan_item.craeted}, expect: []}

                """#,
            #"11:29+17 C051 test "a" has an event that no source gives: "plan_item.craeted" — did you mean "plan_item.created"?"#
        ),
        BadFile(
            "an event without a type",
            testsStart + #"""
                tests:
                  - {name: a, event: {data: {}}, expect: []}

                """#,
            #"11:22+10 C013 "event" of test "a" has no "type""#
        ),
        BadFile(
            "an event that is a text",
            testsStart + #"""
                tests:
                  - {name: a, event: plan_item.created, expect: []}

                """#,
            #"11:22+17 C020 "event" of test "a" must be a mapping, not a text"#
        ),
        BadFile(
            "an unknown part of an event",
            testsStart + #"""
                tests:
                  - {name: a, event: {type: plan_item.created, new: {id: 1}}, expect: []}

                """#,
            #"11:48+3 C012 unknown key "new" in "event" of test "a""#
        ),
        BadFile(
            "an unknown field",
            testsStart + #"""
                tests:
                  - {name: a, event: {type: service_plan.plan_item_added, data: {plan: {nmae: x}, pln: 1}}, expect: []}

                """#,
            #"11:73+4 C103 an event service_plan.plan_item_added has no field "data.plan.nmae" — did you mean "name"?"#,
            #"11:83+3 C103 an event service_plan.plan_item_added has no field "data.pln" — did you mean "plan"?"#
        ),
        BadFile(
            "fields below a single value",
            testsStart + #"""
                tests:
                  - {name: a, event: {type: service_plan.plan_item_added, data: {changed: {a: 1}, plan: {id: [{x: 1}]}}}, expect: []}

                """#,
            #"11:75+6 C103 "data.changed" of an event service_plan.plan_item_added is a single value: it has no fields"#,
            #"11:94+8 C103 "data.plan.id" of an event service_plan.plan_item_added is a single value: it has no fields"#
        ),
        BadFile(
            "a part that is a number",
            testsStart + #"""
                tests:
                  - {name: a, event: {type: service_plan.plan_item_added, data: {plan: 5}}, expect: []}

                """#,
            #"11:72+1 C020 "data.plan" of service_plan.plan_item_added is a mapping, not a number"#
        ),
        BadFile(
            "data that are a list",
            testsStart + #"""
                tests:
                  - {name: a, event: {type: service_plan.plan_item_added, data: [1]}, expect: []}

                """#,
            #"11:65+3 C020 "data" in "event" of test "a" must be a mapping, not a list"#
        ),
        BadFile(
            "a number that JSON does not have",
            testsStart + #"""
                tests:
                  - {name: a, event: {type: plan_item.created, data: {new: {id: .inf}}}, expect: []}

                """#,
            #"11:65+4 C020 a value in "event" of test "a" must be a finite number: JSON has no other"#
        ),
        BadFile(
            "a number with more digits than an event carries",
            testsStart + #"""
                tests:
                  - {name: a, event: {type: plan_item.created, data: {new: {id: 12345678901234567890}}}, expect: []}

                """#,
            #"11:65+20 C020 a value in "event" of test "a" has more digits than an event can carry"#
        ),
        BadFile(
            "a time that is none",
            testsStart + #"""
                tests:
                  - {name: a, event: {type: plan_item.created, time: yesterday}, expect: []}

                """#,
            #"11:54+9 C027 "time" in "event" of test "a" must be a moment, not "yesterday""#
        ),
        BadFile(
            "a time with more behind it",
            testsStart + #"""
                tests:
                  - {name: a, event: {type: plan_item.created, time: 2026-11-22T10:00:00Zest}, expect: []}

                """#,
            #"11:54+23 C027 "time" in "event" of test "a" must be a moment, not "2026-11-22T10:00:00Zest""#
        ),
        BadFile(
            "a number of an event that is none",
            testsStart + #"""
                tests:
                  - name: a
                    event: {type: plan_item.created, sequence: 0}
                    expect: []
                  - name: b
                    event: {type: plan_item.created, sequence: "4 2"}
                    expect: []

                """#,
            #"12:48+1 C025 "sequence" in "event" of test "a" must be an event's number"#,
            #"15:48+5 C025 "sequence" in "event" of test "b" must be an event's number"#
        ),
        BadFile(
            "another version of the event format",
            testsStart + #"""
                tests:
                  - {name: a, event: {type: plan_item.created, specversion: "0.3"}, expect: []}

                """#,
            #"11:61+5 C026 "specversion" in "event" of test "a" cannot be "0.3""#
        ),
        BadFile(
            "a change of nothing",
            testsStart + #"""
                tests:
                  - {name: a, change: {source: panel, table: t}, expect: []}

                """#,
            #"11:23+25 C102 "change" of test "a" does not say what happened"#
        ),
        BadFile(
            "a change of two kinds",
            testsStart + #"""
                tests:
                  - {name: a, change: {source: panel, table: t, insert: {id: 1}, delete: {id: 1}}, expect: []}

                """#,
            #"11:23+59 C102 "change" of test "a" says that several things happened"#
        ),
        BadFile(
            "a misspelt change",
            testsStart + #"""
                tests:
                  - {name: a, change: {source: panel, table: t, insret: {id: 1}}, expect: []}

                """#,
            #"11:49+6 C012 unknown key "insret" in "change" of test "a" — did you mean "insert"?"#
        ),
        BadFile(
            "an update with one side",
            testsStart + #"""
                tests:
                  - {name: a, change: {source: panel, table: t, update: {new: {id: 1}}}, expect: []}

                """#,
            #"11:57+14 C013 "update" in "change" of test "a" has no "old""#
        ),
        BadFile(
            "a change in an unknown source",
            testsStart + #"""
                tests:
                  - {name: a, change: {source: panle, table: t, insert: {id: 1}}, expect: []}

                """#,
            #"11:32+5 C104 test "a" changes a row of an unknown source: "panle" — did you mean "panel"?"#
        ),
        BadFile(
            "a change that the source refuses",
            testsStart + #"""
                tests:
                  - {name: a, change: {source: panel, table: refused, insert: {id: 1}}, expect: []}

                """#,
            #"11:46+7 S030 no such table"#
        ),
    ]
}
