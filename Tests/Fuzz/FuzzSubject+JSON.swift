import CallbackCore

extension FuzzSubject {
    /// JSON: refused at a byte of the text, or read so that writing and reading it again gives the same.
    static let json = FuzzSubject(
        name: "json",
        seeds: {
            try Repository.lines("Tests/CallbackRulesTests/Corpus/patterns.jsonl")
                + [
                    #"{"specversion":"1.0","id":"evt_1","data":{"new":{"a":[1,-0.5e-3,true,null]},"t":"\ud83d\ude00\u0000"}}"#
                ]
                .map { Array($0.utf8) }
        },
        tokens: [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\u0000", "\\ud83d\\ude00", "\\ud800", "\\udc00", "true",
            "false",
            "null", "-", "0", "1e400", "1e-400", "0.1", "9223372036854775808", "-9223372036854775808", "1E+",
            "\u{FEFF}", "é",
            "\"a\":", "{}", "[]", " ", "\t", "\r\n",
        ],
        check: { input in
            do throws(JSONError) {
                let value = try JSONParser.parse(input)
                var text: [UInt8] = []
                text.appendJSON(value)
                let again = try JSONParser.parse(text)
                return again == value ? .fine("accepted") : .broken("written and read again it is another value")
            } catch {
                guard (0...input.count).contains(error.offset) else { return .broken("byte \(error.offset)") }
                return .fine(error.message)
            }
        }
    )
}
