import CallbackCore

/// Judges the fixed text of an XML body: whether it is well formed, and whether each value stands where one may.
struct XMLScan {
    let bytes: [UInt8]
    private var index = 0
    private var open: [[UInt8]] = []
    private var hasRoot = false

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func run() throws(BodySyntaxProblem) {
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "<"): try markup()
            case UInt8(ascii: "&"): try reference()
            case BodySyntax.mark:
                guard !open.isEmpty else { throw misplaced("outside of the root element") }
                index += 1
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default:
                guard !open.isEmpty else { throw broken("there is text outside of the root element") }
                try character()
            }
        }
        if let name = open.last { throw broken("<\(text(name))> is not closed") }
        guard hasRoot else { throw broken("there is no element") }
    }

    private mutating func markup() throws(BodySyntaxProblem) {
        if take("<!--") { return try fixed(until: "-->", "a comment") }
        if take("<![CDATA[") {
            guard !open.isEmpty else { throw broken("there is text outside of the root element") }
            return try fixed(until: "]]>", "a CDATA section, in which nothing can be escaped")
        }
        if take("<?") {
            let start = index
            try fixed(until: "?>", "a processing instruction")
            return try checkEncoding(String(decoding: bytes[start..<index], as: UTF8.self))
        }
        if take("<!") { throw broken("it has a DOCTYPE, which receivers refuse") }
        if take("</") {
            let name = try name()
            skipSpace()
            guard take(">") else { throw broken("</\(text(name)) is not closed by >") }
            guard open.popLast() == name else { throw broken("</\(text(name))> closes another element") }
            return
        }
        index += 1
        try element()
    }

    private mutating func element() throws(BodySyntaxProblem) {
        let name = try name()
        guard !open.isEmpty || !hasRoot else { throw broken("there is a second root element, <\(text(name))>") }
        hasRoot = true
        var attributes: Set<[UInt8]> = []
        while true {
            let hadSpace = skipSpace()
            if take("/>") { return }
            if take(">") { return open.append(name) }
            guard index < bytes.count else { throw broken("<\(text(name)) is not closed by >") }
            guard hadSpace else { throw broken("<\(text(name)) has an attribute without a space before it") }
            let attribute = try self.name()
            guard attributes.insert(attribute).inserted else {
                throw broken("<\(text(name))> has the attribute \(text(attribute)) twice")
            }
            skipSpace()
            guard take("=") else { throw broken("the attribute \(text(attribute)) has no value") }
            skipSpace()
            try value(of: attribute)
        }
    }

    private mutating func value(of attribute: [UInt8]) throws(BodySyntaxProblem) {
        guard index < bytes.count, [UInt8(ascii: "\""), UInt8(ascii: "'")].contains(bytes[index]) else {
            if index < bytes.count, bytes[index] == BodySyntax.mark {
                throw misplaced("in an attribute without quotes")
            }
            throw broken("the value of the attribute \(text(attribute)) has no quotes")
        }
        let quote = bytes[index]
        index += 1
        while index < bytes.count, bytes[index] != quote {
            switch bytes[index] {
            case UInt8(ascii: "&"): try reference()
            case UInt8(ascii: "<"): throw broken("the value of the attribute \(text(attribute)) holds <")
            case BodySyntax.mark: index += 1
            default: try character()
            }
        }
        guard index < bytes.count else { throw broken("the value of the attribute \(text(attribute)) is not closed") }
        index += 1
    }

    /// One of `&amp;`, `&lt;`, `&gt;`, `&quot;`, `&apos;`, or a character's number: others would need a DOCTYPE.
    private mutating func reference() throws(BodySyntaxProblem) {
        guard let end = bytes[index...].firstIndex(of: UInt8(ascii: ";")) else {
            throw broken("an & is not written &amp;")
        }
        let name = text(Array(bytes[index + 1..<end]))
        let digits = name.dropFirst(name.hasPrefix("#x") ? 2 : 1)
        let number = UInt32(digits, radix: name.hasPrefix("#x") ? 16 : 10)
        let isNumber = name.hasPrefix("#") && number.flatMap(Unicode.Scalar.init)?.isInXML == true
        guard ["amp", "lt", "gt", "quot", "apos"].contains(name) || isNumber else {
            throw broken("an & is not written &amp;")
        }
        index = end + 1
    }

    /// One character of text that XML can hold.
    private mutating func character() throws(BodySyntaxProblem) {
        guard bytes[index] >= 0x20 || [0x09, 0x0A, 0x0D].contains(bytes[index]) else {
            throw broken("it holds a control character")
        }
        index += 1
    }

    private mutating func fixed(until end: StaticString, _ what: String) throws(BodySyntaxProblem) {
        while index < bytes.count {
            if take(end) { return }
            if bytes[index] == BodySyntax.mark { throw misplaced("in \(what)") }
            try character()
        }
        throw broken("\(what.prefix { $0 != "," }) is not closed")
    }

    private func checkEncoding(_ instruction: String) throws(BodySyntaxProblem) {
        guard instruction.hasPrefix("xml "), let encoding = instruction.firstRange(of: "encoding") else { return }
        let value = instruction[encoding.upperBound...].drop { " \t=\"'".contains($0) }.prefix { !"\"' ?".contains($0) }
        guard value.lowercased() == "utf-8" else {
            throw broken("it says that its encoding is \(value), but bodies are UTF-8")
        }
    }

    private mutating func name() throws(BodySyntaxProblem) -> [UInt8] {
        let start = index
        while index < bytes.count, bytes[index] > 0x20, !"/>=<\"'&;".utf8.contains(bytes[index]) {
            if bytes[index] == BodySyntax.mark { throw misplaced("in the name of an element or attribute") }
            index += 1
        }
        guard index > start else { throw broken("a < is followed by no name: as text it is written &lt;") }
        guard !"-.0123456789".utf8.contains(bytes[start]) else {
            throw broken("\(text(Array(bytes[start..<index]))) is no name")
        }
        return Array(bytes[start..<index])
    }

    @discardableResult
    private mutating func skipSpace() -> Bool {
        let start = index
        while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
        return index > start
    }

    private mutating func take(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard index + count <= bytes.count else { return false }
        for offset in 0..<count where bytes[index + offset] != text.utf8Start[offset] { return false }
        index += count
        return true
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private func broken(_ words: String) -> BodySyntaxProblem {
        BodySyntaxProblem(code: .badDocument, message: "the body is no XML: \(words)")
    }

    private func misplaced(_ place: String) -> BodySyntaxProblem {
        BodySyntaxProblem(
            code: .misplaced, message: "an expression stands \(place)",
            help: "values may stand between tags and in the quotes of attributes")
    }
}
