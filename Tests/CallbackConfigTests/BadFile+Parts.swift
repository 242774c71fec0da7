extension BadFile {
    static let parts: [BadFile] = [
        BadFile(
            "a source without a kind",
            #"""
            version: 1
            sources:
              panel:
                profile: plesk

            """#,
            #"3:3+5 C040 source "panel" does not say what kind it is"#
        ),
        BadFile(
            "a source with a misspelt kind",
            #"""
            version: 1
            sources:
              panel:
                sqlit: {path: x}
                profile: plesk

            """#,
            #"4:5+5 C012 unknown key "sqlit" in source "panel" — did you mean "sqlite"?"#
        ),
        BadFile(
            "a source of a later kind",
            #"""
            version: 1
            sources:
              l:
                license-api: {url: x}
              m: {mariadb: {}}

            """#,
            #"4:5+11 C014 "license-api" in source "l" is not in this version"#,
            #"5:7+7 C014 "mariadb" in source "m" is not in this version"#
        ),
        BadFile(
            "a source that is a text",
            #"""
            version: 1
            sources: {panel: panel.db}

            """#,
            #"2:18+8 C020 source "panel" must be a mapping, not a text"#
        ),
        BadFile(
            "sources that are a list",
            #"""
            version: 1
            sources: [panel]

            """#,
            #"2:10+7 C020 "sources" must be a mapping of names, not a list"#
        ),
        BadFile(
            "a source without a path and with unknown keys",
            #"""
            version: 1
            sources:
              panel:
                sqlite: {instal: auto}
                profil: plesk

            """#,
            #"4:5+6 C013 "sqlite" of source "panel" has no "path""#,
            #"4:14+6 C012 unknown key "instal" in "sqlite" of source "panel" — did you mean "install"?"#,
            #"5:5+6 C012 unknown key "profil" in source "panel" — did you mean "profile"?"#
        ),
        BadFile(
            "what the source itself refuses",
            #"""
            version: 1
            sources:
              shop:
                sqlite: {path: x}
                tables:
                  orders: {events: {}}
            rules: [{name: r, events: [order.placed], deliver: []}]

            """#,
            #"6:15+12 S001 table "orders" has no events"#,
            #"7:52+2 C053 rule "r" delivers to nobody"#
        ),
        BadFile(
            "a name with a space",
            #"""
            version: 1
            sources:
              my panel: {sqlite: {path: x}}
            targets:
              a/b: {command: {run: [x]}}

            """#,
            #"3:3+8 C016 a source cannot be called "my panel""#,
            #"5:3+3 C016 a target cannot be called "a/b""#
        ),
        BadFile(
            "a target with two kinds",
            #"""
            version: 1
            targets:
              t:
                command: {run: [x]}
                webhook: {url: "http://x"}

            """#,
            #"5:5+7 C041 target "t" is both "command" and "webhook""#
        ),
        BadFile(
            "a target without a kind",
            #"""
            version: 1
            targets:
              t: {timeout: 5s}

            """#,
            #"3:3+1 C040 target "t" does not say what kind it is"#
        ),
        BadFile(
            "a target with later keys",
            #"""
            version: 1
            targets:
              hook:
                command: {run: [/bin/true], user: panelhooks}
                rate: 50/s
                on-failure: skip

            """#,
            #"4:33+4 C014 "user" in "command" of target "hook" is not in this version"#,
            #"5:5+4 C014 "rate" in target "hook" is not in this version"#,
            #"6:5+10 C014 "on-failure" in target "hook" is not in this version"#
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
        BadFile(
            "rules that are a mapping",
            #"""
            version: 1
            sources: {panel: {sqlite: {path: /p}, profile: plesk}}
            targets:
              hook: {command: {run: [x]}}
              billing: {webhook: {url: "https://a.example"}}
            rules: {one: {}}

            """#,
            #"6:8+9 C020 "rules" must be a list, not a mapping"#
        ),
        BadFile(
            "a rule that is a text",
            #"""
            version: 1
            sources: {panel: {sqlite: {path: /p}, profile: plesk}}
            targets:
              hook: {command: {run: [x]}}
              billing: {webhook: {url: "https://a.example"}}
            rules: [one]

            """#,
            #"6:9+3 C020 a rule must be a mapping, not a text"#
        ),
        BadFile(
            "a misspelt key in a rule",
            #"""
            version: 1
            sources: {panel: {sqlite: {path: /p}, profile: plesk}}
            targets:
              hook: {command: {run: [x]}}
              billing: {webhook: {url: "https://a.example"}}
            rules:
              - name: one
                evnets: [plan_item.created]
                deliver: [hook]

            """#,
            #"8:5+6 C012 unknown key "evnets" in rule "one" — did you mean "events"?"#
        ),
        BadFile(
            "a rule that delivers nowhere",
            #"""
            version: 1
            sources: {panel: {sqlite: {path: /p}, profile: plesk}}
            targets:
              hook: {command: {run: [x]}}
              billing: {webhook: {url: "https://a.example"}}
            rules:
              - name: one
                events: [plan_item.created]

            """#,
            #"7:11+3 C013 rule "one" has no "deliver""#
        ),
        BadFile(
            "a rule with empty lists",
            #"""
            version: 1
            sources: {panel: {sqlite: {path: /p}, profile: plesk}}
            targets:
              hook: {command: {run: [x]}}
              billing: {webhook: {url: "https://a.example"}}
            rules:
              - name: one
                events: []
                deliver: []

            """#,
            #"8:13+2 C053 rule "one" waits for no event"#,
            #"9:14+2 C053 rule "one" delivers to nobody"#
        ),
        BadFile(
            "a rule without a name",
            #"""
            version: 1
            sources: {panel: {sqlite: {path: /p}, profile: plesk}}
            targets:
              hook: {command: {run: [x]}}
              billing: {webhook: {url: "https://a.example"}}
            rules:
              - events: [plan_item.created]
                deliver: [hook]

            """#,
            #"7:5+6 C013 a rule has no "name""#
        ),
        BadFile(
            "an unknown event",
            #"""
            version: 1
            sources: {panel: {sqlite: {path: /p}, profile: plesk}}
            targets:
              hook: {command: {run: [x]}}
              billing: {webhook: {url: "https://a.example"}}
            rules:
              - name: one
                events: [plan_item.creatd, licence.ordered]
                deliver: [hook]

            """#,
            #"8:14+16 C051 rule "one" waits for an event that no source gives: "plan_item.creatd" — did you mean "plan_item.created"?"#,
            #"8:32+15 C051 rule "one" waits for an event that no source gives: "licence.ordered""#
        ),
        BadFile(
            "an unknown target",
            #"""
            version: 1
            sources: {panel: {sqlite: {path: /p}, profile: plesk}}
            targets:
              hook: {command: {run: [x]}}
              billing: {webhook: {url: "https://a.example"}}
            rules:
              - name: one
                events: [plan_item.created]
                deliver: [hok, nobody]

            """#,
            #"9:15+3 C050 rule "one" delivers to an unknown target: "hok" — did you mean "hook"?"#,
            #"9:20+6 C050 rule "one" delivers to an unknown target: "nobody""#
        ),
        BadFile(
            "a target twice",
            #"""
            version: 1
            sources: {panel: {sqlite: {path: /p}, profile: plesk}}
            targets:
              hook: {command: {run: [x]}}
              billing: {webhook: {url: "https://a.example"}}
            rules:
              - name: one
                events: [plan_item.created]
                deliver: [hook, {target: hook}]

            """#,
            #"9:30+4 C054 rule "one" delivers to "hook" twice"#
        ),
        BadFile(
            "two rules of one name",
            #"""
            version: 1
            sources: {panel: {sqlite: {path: /p}, profile: plesk}}
            targets:
              hook: {command: {run: [x]}}
              billing: {webhook: {url: "https://a.example"}}
            rules:
              - name: one
                events: [plan_item.created]
                deliver: [hook]
              - name: one
                events: [plan_item.deleted]
                deliver: [hook]

            """#,
            #"10:11+3 C052 two rules are called "one" — stands first in etc/callbackd.yaml:7:11"#
        ),
        BadFile(
            "a rule with later keys",
            #"""
            version: 1
            sources: {panel: {sqlite: {path: /p}, profile: plesk}}
            targets:
              hook: {command: {run: [x]}}
              billing: {webhook: {url: "https://a.example"}}
            rules:
              - name: one
                events: [plan_item.created]
                deliver: [hook]
                on-dead: [hook]
                on-failure: skip

            """#,
            #"10:5+7 C014 "on-dead" in rule "one" is not in this version"#,
            #"11:5+10 C014 "on-failure" in rule "one" is not in this version"#
        ),
        BadFile(
            "deliver as a text",
            #"""
            version: 1
            sources: {panel: {sqlite: {path: /p}, profile: plesk}}
            targets:
              hook: {command: {run: [x]}}
              billing: {webhook: {url: "https://a.example"}}
            rules:
              - name: one
                events: [plan_item.created]
                deliver: hook

            """#,
            #"9:14+4 C020 "deliver" in rule "one" must be a list, not a text"#
        ),
        BadFile(
            "deliver without a target",
            #"""
            version: 1
            sources: {panel: {sqlite: {path: /p}, profile: plesk}}
            targets:
              hook: {command: {run: [x]}}
              billing: {webhook: {url: "https://a.example"}}
            rules:
              - name: one
                events: [plan_item.created]
                deliver: [{tarqet: hook}, 5]

            """#,
            #"9:16+6 C012 unknown key "tarqet" in "deliver" of rule "one" — did you mean "target"?"#,
            #"9:31+1 C020 an item of "deliver" in rule "one" must be a target's name or a mapping, not a number"#
        ),
        BadFile(
            "a bad schedule in deliver",
            #"""
            version: 1
            sources: {panel: {sqlite: {path: /p}, profile: plesk}}
            targets:
              hook: {command: {run: [x]}}
              billing: {webhook: {url: "https://a.example"}}
            rules:
              - name: one
                events: [plan_item.created]
                deliver:
                  - target: hook
                    retry: {schedule: [1]}
                    on-dead: x

            """#,
            #"11:28+1 C022 an item of "schedule" in "retry" in "deliver" of rule "one" has no unit: "1""#,
            #"12:9+7 C012 unknown key "on-dead" in "deliver" of rule "one""#
        ),
        BadFile(
            "an order that is no text",
            #"""
            version: 1
            sources: {panel: {sqlite: {path: /p}, profile: plesk}}
            targets:
              hook: {command: {run: [x]}}
              billing: {webhook: {url: "https://a.example"}}
            rules:
              - name: one
                events: [plan_item.created]
                order-by: [a]
                deliver: [hook]

            """#,
            #"9:15+3 C020 "order-by" in rule "one" must be a text, not a list"#
        ),
        BadFile(
            "an event that is no text",
            #"""
            version: 1
            sources: {panel: {sqlite: {path: /p}, profile: plesk}}
            targets:
              hook: {command: {run: [x]}}
              billing: {webhook: {url: "https://a.example"}}
            rules:
              - name: one
                events: [plan_item.created, 5, {a: b}]
                deliver: [hook]

            """#,
            #"8:33+1 C020 an item of "events" in rule "one" must be a text, not a number"#,
            #"8:36+6 C020 an item of "events" in rule "one" must be a text, not a mapping"#
        ),
        BadFile(
            "a wrong target does not blame the rule",
            #"""
            version: 1
            sources: {panel: {sqlite: {path: /p}, profile: plesk}}
            targets:
              hook: {command: {run: x}}
              billing: {webhook: {url: "https://a.example"}}
            rules: [{name: r, events: [plan_item.created], deliver: [hook]}]

            """#,
            #"4:25+1 C020 "run" in "command" of target "hook" must be a list, not a text"#
        ),
        BadFile(
            "a rule with a bad name",
            #"""
            version: 1
            sources: {panel: {sqlite: {path: /p}, profile: plesk}}
            targets:
              hook: {command: {run: [x]}}
              billing: {webhook: {url: "https://a.example"}}
            rules: [{name: my rule, events: [plan_item.created], deliver: [hook]}]

            """#,
            #"6:16+7 C016 a rule cannot be called "my rule""#
        ),
    ]
}
