extension BadFile {
    static let expectations: [BadFile] = [
        BadFile(
            "an expectation that is no list",
            testsStart + #"""
                tests:
                  - {name: a, event: {type: plan_item.created}, expect: bill}
                  - name: b
                    event: {type: plan_item.created}
                    expect:

                """#,
            #"11:57+4 C020 "expect" in test "a" must be a list, not a text"#,
            #"14:12+1 C020 "expect" in test "b" must be a list, not null"#
        ),
        BadFile(
            "an unknown rule",
            testsStart + #"""
                tests:
                  - {name: a, event: {type: plan_item.created}, expect: [bil, {rule: nothing-like-it}]}

                """#,
            #"11:58+3 C105 test "a" expects an unknown rule: "bil" — did you mean "bill"?"#,
            #"11:70+15 C105 test "a" expects an unknown rule: "nothing-like-it""#
        ),
        BadFile(
            "a rule expected twice",
            testsStart + #"""
                tests:
                  - {name: a, event: {type: plan_item.created}, expect: [bill, {rule: bill}]}

                """#,
            #"11:71+4 C106 test "a" expects the rule "bill" twice"#
        ),
        BadFile(
            "an expectation without a rule",
            testsStart + #"""
                tests:
                  - {name: a, event: {type: plan_item.created}, expect: [{targets: [billing]}, 5]}

                """#,
            #"11:58+20 C013 "expect" of test "a" has no "rule""#,
            #"11:80+1 C020 an item of "expect" in test "a" must be a rule's name or a mapping, not a number"#
        ),
        BadFile(
            "unknown targets",
            testsStart + #"""
                tests:
                  - name: a
                    event: {type: plan_item.created}
                    expect: [{rule: bill, targets: [biling, 5]}]
                  - name: b
                    event: {type: plan_item.created}
                    expect: [{rule: bill, deliver: [{target: hok}, whoever]}]

                """#,
            #"13:37+6 C050 test "a" expects a delivery to an unknown target: "biling" — did you mean "billing"?"#,
            #"13:45+1 C020 an item of "targets" in test "a" must be a target's name, not a number"#,
            #"16:46+3 C050 test "b" expects a delivery to an unknown target: "hok" — did you mean "hook"?"#,
            #"16:52+7 C050 test "b" expects a delivery to an unknown target: "whoever""#
        ),
        BadFile(
            "a target named twice",
            testsStart + #"""
                tests:
                  - {name: a, event: {type: plan_item.created}, expect: [{rule: bill, targets: [hook, hook]}]}

                """#,
            #"11:87+4 C106 test "a" names the target "hook" twice"#
        ),
        BadFile(
            "targets and deliveries",
            testsStart + #"""
                tests:
                  - {name: a, event: {type: plan_item.created}, expect: [{rule: bill, targets: [hook], deliver: [hook]}]}

                """#,
            #"11:80+6 C106 test "a" has both "targets" and "deliver" for one rule"#
        ),
        BadFile(
            "parts that a target does not have",
            testsStart + #"""
                tests:
                  - name: a
                    event: {type: plan_item.created}
                    expect:
                      - rule: bill
                        deliver: [{target: billing, argv: [x]}, {target: hook, body: {}, headers: {A: b}}]

                """#,
            #"15:43+3 C107 "argv" is no part of what "billing" is sent: it is a webhook"#,
            #"15:70+2 C107 "body" is no part of what "hook" is sent: it is a command"#,
            #"15:83+6 C107 "headers" is no part of what "hook" is sent: it is a command"#
        ),
        BadFile(
            "an order that is a number",
            testsStart + #"""
                tests:
                  - {name: a, event: {type: plan_item.created}, expect: [{rule: bill, order: 5}]}

                """#,
            #"11:78+1 C020 "order" in "expect" of test "a" must be a text, not a number"#
        ),
        BadFile(
            "headers and variables of a wrong kind",
            testsStart + #"""
                tests:
                  - name: a
                    event: {type: plan_item.created}
                    expect:
                      - rule: bill
                        deliver: [{target: billing, headers: [A]}, {target: hook, environment: {NEW_ID: 5}}]

                """#,
            #"15:46+3 C020 "headers" in "deliver" of test "a" must be a mapping, not a list"#,
            #"15:89+1 C020 "NEW_ID" of "environment" in "deliver" of test "a" must be a text, not a number"#
        ),
        BadFile(
            "a secret in a test",
            testsStart + #"""
                tests:
                  - name: a
                    event: {type: plan_item.created, data: {new: {key: whsec_hunter2}}}
                    expect:
                      - rule: bill
                        deliver: [{target: billing, headers: {A: "${secret.tokn}"}, body: {key: whsec_hunter2}}]

                """#,
            #"12:56+13 C030 a value in "event" of test "a" holds a secret itself; secrets go by reference — not shown"#,
            #"15:51+14 C031 unknown secret "tokn" — did you mean "token"?"#,
            #"15:81+13 C030 a value in "body" of test "a" holds a secret itself; secrets go by reference — not shown"#
        ),
    ]
}
