import CallbackCore

/// What an unquoted scalar means: the core schema of YAML 1.2, with only `true` and `false` as booleans.
enum PlainScalar {
    static func resolve(_ text: String) -> ConfigNode.Content {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .double(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .double(-.infinity)
        case ".nan", ".NaN", ".NAN": return .double(.nan)
        default: return number(text) ?? .string(text)
        }
    }

    private static func number(_ text: String) -> ConfigNode.Content? {
        guard let first = text.utf8.first, "+-.0123456789".utf8.contains(first) else { return nil }
        if text.hasPrefix("0x"), let number = unsigned(text.dropFirst(2), radix: 16) { return .integer(number) }
        if text.hasPrefix("0o"), let number = unsigned(text.dropFirst(2), radix: 8) { return .integer(number) }
        let digits = text.drop { $0 == "+" || $0 == "-" }
        guard text.utf8.count - digits.utf8.count <= 1 else { return nil }
        if !digits.isEmpty, digits.utf8.allSatisfy(isDigit), let number = Int64(text) { return .integer(number) }
        guard isFloat(digits.utf8), let number = Double(text) else { return nil }
        // JSON's spelling keeps digits that a double does not hold: as exact values they are compared as written.
        return number.isFinite && holdsAllDigits(number, of: text) ? .double(number) : .longNumber(text)
    }

    private static func unsigned(_ digits: Substring, radix: Int) -> Int64? {
        guard digits.utf8.first.map({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }) == true else { return nil }
        return Int64(digits, radix: radix)
    }

    /// `[0-9]+ ( \. [0-9]* )?` or `\. [0-9]+`, then perhaps an exponent.
    private static func isFloat(_ text: Substring.UTF8View) -> Bool {
        var rest = text[...]
        let whole = rest.prefix(while: isDigit)
        rest = rest.dropFirst(whole.count)
        var fraction = 0
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fraction = rest.prefix(while: isDigit).count
            rest = rest.dropFirst(fraction)
        }
        guard whole.count + fraction > 0 else { return false }
        guard let mark = rest.first else { return true }
        guard mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") else { return false }
        rest = rest.dropFirst()
        if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        return !rest.isEmpty && rest.allSatisfy(isDigit)
    }

    /// Up to 15 significant digits any double gives back; more of them only where they are its own shortest form.
    private static func holdsAllDigits(_ number: Double, of text: String) -> Bool {
        let mantissa = text.prefix { $0 != "e" && $0 != "E" }.filter(\.isNumber)
        let significant = mantissa.drop { $0 == "0" }.reversed().drop { $0 == "0" }
        if significant.count <= 15 { return true }
        let shortest = number.description.prefix { $0 != "e" }.filter(\.isNumber)
        let digits = shortest.drop { $0 == "0" }.reversed().drop { $0 == "0" }
        return digits.elementsEqual(significant)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
