/// Texts in which `\` takes the meaning from the character behind it.
enum EscapedText {
    /// `name=value`: split at the first `=`. In the name `\=` is an equals sign; the value is taken as it stands.
    static func pair(_ text: String) -> (name: String, value: String)? {
        var name = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            switch character {
            case "=": return (name, String(rest))
            case "\\": name.append(rest.popFirst() ?? character)
            default: name.append(character)
            }
        }
        return nil
    }

    /// `key=value,key=value`: in keys and values `\,` is a comma and `\\` a backslash.
    static func fields(_ text: String) -> [(key: String, value: String?)] {
        guard !text.isEmpty else { return [] }
        var fields: [(key: String, value: String?)] = [("", nil)]
        var rest = text[...]
        while let character = rest.popFirst() {
            let last = fields.count - 1
            switch character {
            case ",": fields.append(("", nil))
            case "=" where fields[last].value == nil: fields[last].value = ""
            default:
                let kept = character == "\\" ? rest.popFirst() ?? character : character
                if fields[last].value == nil { fields[last].key.append(kept) } else { fields[last].value?.append(kept) }
            }
        }
        return fields
    }

    /// As one word among others: bare where nothing in it can be misunderstood, else quoted as in JSON, so that nothing
    /// that another machine sent reaches a terminal as a command.
    static func word(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || "0123456789_-./:@%+".unicodeScalars.contains($0)
        }
        return isPlain && !text.isEmpty ? text : quoted(text)
    }

    /// As a JSON string; also DEL and the control characters above it are written as numbers.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default:
                if isInvisible(scalar) {
                    let digits = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }

    /// Control characters, and what turns the direction of writing round. All of them are below U+10000.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        case .format: scalar.value < 0x10000
        default: false
        }
    }
}
