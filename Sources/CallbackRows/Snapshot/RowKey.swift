package import CallbackCore

/// The values that name a row in its table, in the order of the table's key, as they are kept between two pages.
package enum RowKey {
    /// The key as JSON, from which `values` gives exactly the same values back.
    ///
    /// - Returns: nil where a value is too large to be kept.
    package static func json(_ values: [RowValue]) -> JSONValue? {
        var elements: [JSONValue] = []
        for value in values {
            switch value {
            case .null: elements.append(.null)
            case .integer(let number): elements.append(.integer(number))
            case .unsigned(let number): elements.append(["unsigned": .string(String(number))])
            case .text(let text): elements.append(.string(text))
            case .real(let number):
                elements.append(["real": .integer(Int64(bitPattern: number.bitPattern))])
            case .blob(let bytes): elements.append(["blob": .string(hexadecimal(bytes))])
            case .brokenText(let bytes): elements.append(["text": .string(hexadecimal(bytes))])
            case .large: return nil
            }
        }
        return .array(elements)
    }

    /// - Returns: nil where `json` did not write this.
    package static func values(_ json: JSONValue) -> [RowValue]? {
        guard case .array(let elements) = json else { return nil }
        let values = elements.compactMap { element -> RowValue? in
            switch element {
            case .null: return .null
            case .integer(let number): return .integer(number)
            case .string(let text): return .text(text)
            default:
                if let bits = element["real"]?.integer { return .real(Double(bitPattern: UInt64(bitPattern: bits))) }
                if let number = element["unsigned"]?.string.flatMap({ UInt64($0) }) { return .unsigned(number) }
                if let bytes = element["blob"]?.string.flatMap({ Self.bytes($0) }) { return .blob(bytes) }
                return element["text"]?.string.flatMap { Self.bytes($0) }.map { .brokenText($0) }
            }
        }
        return values.count == elements.count ? values : nil
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        let digits = text.utf8.map { UInt8(String(UnicodeScalar($0)), radix: 16) }
        guard digits.count.isMultiple(of: 2), digits.allSatisfy({ $0 != nil }) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { (digits[$0] ?? 0) << 4 | (digits[$0 + 1] ?? 0) }
    }
}
