import CallbackRows
import Glibc

/// Makes UTF-8 of the texts of one character set.
final class CharacterCoding {
    private enum Way {
        case utf8
        /// One byte each, with the scalar that the server itself gives for it; nil where it knows none.
        case table([Unicode.Scalar?], isASCIIAtHeart: Bool)
        case iconv(iconv_t)
    }

    private let way: Way

    static var utf8: CharacterCoding { CharacterCoding(.utf8) }

    private init(_ way: Way) { self.way = way }

    deinit { if case .iconv(let handle) = way { iconv_close(handle) } }

    /// A set of one byte for each character.
    convenience init(table: [Unicode.Scalar?]) {
        let isASCIIAtHeart = table.count == 256 && (0..<128).allSatisfy { table[$0]?.value == UInt32($0) }
        self.init(.table(table, isASCIIAtHeart: isASCIIAtHeart))
    }

    /// A set of several bytes for each character, by MariaDB's name; nil where nobody here knows it.
    convenience init?(multibyte name: String) {
        let names = [
            "ucs2": "UCS-2BE", "utf16": "UTF-16BE", "utf16le": "UTF-16LE", "utf32": "UTF-32BE", "big5": "BIG5",
            "gbk": "CP936", "gb2312": "EUC-CN", "euckr": "UHC", "sjis": "SHIFT_JIS", "cp932": "CP932",
            "ujis": "EUC-JP", "eucjpms": "EUC-JP-MS",
        ]
        if name == "utf8" || name == "utf8mb3" || name == "utf8mb4" {
            self.init(.utf8)
            return
        }
        guard let known = names[name] else { return nil }
        let handle = iconv_open("UTF-8", known)
        guard handle != iconv_t(bitPattern: -1), let handle else { return nil }
        self.init(.iconv(handle))
    }

    /// The text; as bytes where it is none in its set, and as a digest where it is too large for any event.
    func value(_ bytes: UnsafeBufferPointer<UInt8>) -> RowValue {
        guard bytes.count <= LargeValue.limit else { return .large(LargeValue(bytes, isText: true)) }
        switch way {
        case .utf8:
            if let text = String(validating: bytes, as: UTF8.self) { return .text(text) }
        case .table(let table, let isASCIIAtHeart):
            if isASCIIAtHeart, Self.isASCII(bytes) { return .text(String(decoding: bytes, as: UTF8.self)) }
            if let text = Self.text(bytes, by: table) { return .text(text) }
        case .iconv(let handle):
            if let text = Self.text(bytes, by: handle) { return .text(text) }
        }
        return .brokenText(Array(bytes))
    }

    private static func isASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.reduce(0) { $0 | $1 } < 0x80
    }

    private static func text(_ bytes: UnsafeBufferPointer<UInt8>, by table: [Unicode.Scalar?]) -> String? {
        var text = String.UnicodeScalarView()
        text.reserveCapacity(bytes.count)
        for byte in bytes {
            guard let scalar = table[Int(byte)] else { return nil }
            text.append(scalar)
        }
        return String(text)
    }

    private static func text(_ bytes: UnsafeBufferPointer<UInt8>, by handle: iconv_t) -> String? {
        iconv(handle, nil, nil, nil, nil)
        // No character of these sets takes more than three bytes of UTF-8 for each of its own.
        var output = [CChar](repeating: 0, count: bytes.count * 3 + 4)
        var input = UnsafeMutableRawPointer(mutating: UnsafeRawPointer(bytes.baseAddress))?
            .assumingMemoryBound(to: CChar.self)
        var inputLeft = bytes.count
        let written = output.withUnsafeMutableBufferPointer { buffer -> Int? in
            var start = buffer.baseAddress
            var left = buffer.count
            // A positive result counts characters that were only imitated; -1 is an error.
            guard iconv(handle, &input, &inputLeft, &start, &left) == 0, inputLeft == 0 else { return nil }
            return buffer.count - left
        }
        return written.map { String(decoding: output[..<$0].lazy.map { UInt8(bitPattern: $0) }, as: UTF8.self) }
    }
}
