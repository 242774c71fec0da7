extension BadFile {
    static let texts: [BadFile] = [
        BadFile(
            "a list where a mapping is wanted",
            "- a\n",
            #"1:1+3 C020 a configuration file must be a mapping, not a list"#
        ),
        BadFile(
            "a text where a mapping is wanted",
            "hello\n",
            #"1:1+5 C020 a configuration file must be a mapping, not a text"#
        ),
        BadFile(
            "an empty file",
            "",
            #"1:1+1 C013 the configuration has no "version""#
        ),
        BadFile(
            "only comments",
            "# nothing\n",
            #"1:1+1 C013 the configuration has no "version""#
        ),
        BadFile(
            "a tab as indentation",
            "version: 1\ncontrol:\n\tsocket: x\n",
            #"3:1+1 C001 this is not YAML: found character that cannot start any token while scanning for the next token that begins in line 3"#
        ),
        BadFile(
            "a bracket that is not closed",
            #"""
            version: 1
            include: [a, b
            state: x

            """#,
            #"3:6+1 C001 this is not YAML: did not find expected ',' or ']' while parsing a flow sequence that begins in line 2"#
        ),
        BadFile(
            "a quote that is not closed",
            #"""
            version: 1
            state: "abc

            """#,
            #"2:8+4 C001 this is not YAML: found unexpected end of stream while scanning a quoted scalar"#
        ),
        BadFile(
            "a second document",
            #"""
            version: 1
            ---
            version: 1

            """#,
            #"2:1+1 C001 this is not YAML: expected a single document in the stream, but found another document"#
        ),
        BadFile(
            "an alias without an anchor",
            #"""
            version: 1
            state: *nowhere

            """#,
            #"2:8+1 C001 this is not YAML: found undefined alias"#
        ),
        BadFile(
            "a tag",
            #"""
            version: 1
            state: !secret x

            """#,
            #"2:16+1 C005 the tag "!secret" is not used in configuration files"#
        ),
        BadFile(
            "a key that is a list",
            #"""
            version: 1
            [a, b]: c

            """#,
            #"2:1+6 C005 a key must be a text"#
        ),
        BadFile(
            "another version",
            "version: 2\n",
            #"1:10+1 C011 version 2 is not known"#
        ),
        BadFile(
            "a version as a text",
            "version: \"1\"\n",
            #"1:10+3 C020 "version" must be a whole number, not a text"#
        ),
        BadFile(
            "no version",
            "state: /x\n",
            #"1:1+5 C013 the configuration has no "version""#
        ),
        BadFile(
            "two keys alike",
            #"""
            version: 1
            state: /a
            state: /b
            versio: 3

            """#,
            #"3:1+5 C004 duplicate key "state" — stands first in line 2, column 1"#,
            #"4:1+6 C012 unknown key "versio" — did you mean "version"?"#
        ),
        BadFile(
            "keys alike in two places",
            #"""
            version: 1
            limits: {in-flight: 1, in-flight: 2}
            retention:
              age: 1d
              "age": 2d
              age: 3d

            """#,
            #"2:24+9 C004 duplicate key "in-flight" — stands first in line 2, column 10"#,
            #"5:3+5 C004 duplicate key "age" — stands first in line 4, column 3"#,
            #"6:3+3 C004 duplicate key "age" — stands first in line 4, column 3"#
        ),
        BadFile(
            "an unknown key with a likely one",
            #"""
            version: 1
            retension: {age: 1d}

            """#,
            #"2:1+9 C012 unknown key "retension" — did you mean "retention"?"#
        ),
        BadFile(
            "an unknown key like no other",
            #"""
            version: 1
            limits: {colour: 1}

            """#,
            #"2:10+6 C012 unknown key "colour" in "limits""#
        ),
        BadFile(
            "tests that are no list",
            #"""
            version: 1
            tests: 5

            """#,
            #"2:8+1 C020 "tests" must be a list, not a number"#
        ),
        BadFile(
            "a mapping that is a list",
            #"""
            version: 1
            control: [a]

            """#,
            #"2:10+3 C020 "control" must be a mapping, not a list"#
        ),
        BadFile(
            "columns after wide characters",
            #"""
            version: 1
            control: {group: "äöü€😀", sokcet: x}

            """#,
            #"2:27+6 C012 unknown key "sokcet" in "control" — did you mean "socket"?"#
        ),
        BadFile(
            "Windows line ends",
            "version: 1\r\nretension: {}\r\nlimits:\r\n  inflight: 1\r\n",
            #"2:1+9 C012 unknown key "retension" — did you mean "retention"?"#,
            #"4:3+8 C012 unknown key "inflight" in "limits" — did you mean "in-flight"?"#
        ),
        BadFile(
            "an unknown key behind an anchor",
            #"""
            version: 1
            control: &c {socket: a, grup: b}

            """#,
            #"2:25+4 C012 unknown key "grup" in "control" — did you mean "group"?"#
        ),
        BadFile(
            "a control character",
            "version: 1\nstate: a\u{01}b\n",
            #"2:9+1 C001 this is not YAML: control characters are not allowed"#
        ),
    ]
}
