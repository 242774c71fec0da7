/// Request headers, laid out as libcurl reads them: `Name: value`, each ended by a NUL.
///
/// One buffer for all lines, so that a request costs one allocation however many headers it carries.
package struct HTTPHeaderLines: Hashable, Sendable {
    private(set) var bytes: [UInt8] = []
    package private(set) var count = 0

    package init() {}

    package init(_ headers: [(name: String, value: String)]) throws(HTTPHeaderError) {
        for (name, value) in headers { try append(name, value) }
    }

    package mutating func reserveCapacity(bytes count: Int) {
        bytes.reserveCapacity(count)
    }

    /// Adds one header.
    /// - Throws: when the name is not a token, or the value holds a control character; such a value could end the
    ///   header and begin another one.
    package mutating func append(_ name: String, _ value: String) throws(HTTPHeaderError) {
        guard !name.isEmpty, name.utf8.allSatisfy(HTTPHeaderLines.isTokenByte) else {
            throw HTTPHeaderError(name: name, problem: "the name may hold only letters, digits and !#$%&'*+-.^_`|~")
        }
        guard value.utf8.allSatisfy({ $0 == 9 || ($0 >= 32 && $0 != 127) }) else {
            throw HTTPHeaderError(name: name, problem: "the value holds a control character such as a line break")
        }
        bytes.append(contentsOf: name.utf8)
        // "Name:" would tell libcurl to leave the header out; "Name;" sends it without a value.
        if value.utf8.allSatisfy({ $0 == 9 || $0 == 32 }) {
            bytes.append(UInt8(ascii: ";"))
        } else {
            bytes.append(UInt8(ascii: ":"))
            bytes.append(UInt8(ascii: " "))
            bytes.append(contentsOf: value.utf8)
        }
        endLine()
    }

    /// Adds one header whose value `write` appends. For values that are known to be printable ASCII and not empty;
    /// nothing is checked.
    package mutating func append(_ name: StaticString, writing write: (inout [UInt8]) -> Void) {
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: ":"))
        bytes.append(UInt8(ascii: " "))
        write(&bytes)
        endLine()
    }

    /// `headers` behind the lines that keep libcurl from sending an `Expect` (a round trip before each large body) and
    /// a form's `Content-Type` of its own; a line without a value sends nothing.
    static func withoutDefaults(followedBy headers: HTTPHeaderLines) -> HTTPHeaderLines {
        var lines = HTTPHeaderLines()
        lines.bytes = Array("Expect:\0Content-Type:\0".utf8) + headers.bytes
        lines.count = 2 + headers.count
        return lines
    }

    /// What is sent before a request's headers where the endpoint has none of its own.
    static let bare = withoutDefaults(followedBy: HTTPHeaderLines())

    private mutating func endLine() {
        bytes.append(0)
        count += 1
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}

/// A header that cannot be sent.
package struct HTTPHeaderError: Error, Hashable, Sendable, CustomStringConvertible {
    package let name: String
    package let problem: String

    package var description: String { "header \"\(name)\": \(problem)" }
}
