extension Unicode.Scalar {
    /// White space of XML, and U+00A0, with which printed packets are indented.
    var isPacketWhiteSpace: Bool {
        switch self {
        case " ", "\t", "\n", "\r", "\u{A0}": true
        default: false
        }
    }
}

extension String {
    /// The words of a text, one space between them: what a schema calls a collapsed string.
    var whiteSpaceCollapsed: String {
        unicodeScalars.split(whereSeparator: \.isPacketWhiteSpace).map(String.init).joined(separator: " ")
    }

    /// Tells whether nothing but white space is in it.
    var isBlank: Bool {
        unicodeScalars.allSatisfy(\.isPacketWhiteSpace)
    }
}
