/// Knows what a secret looks like, so that none is ever shown.
enum SecretMask {
    private static let prefixes = ["whsec_", "whsk_"].map { Array($0.unicodeScalars) }
    private static let schemes = ["bearer ", "basic "].map { Array($0.unicodeScalars) }

    private static let authority = Array("://".unicodeScalars)

    /// Whether a text holds a webhook signing key.
    static func holdsSigningKey(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        return scalars.indices.contains { index in
            prefixes.contains { isPrefix($0, of: scalars, at: index) && index + $0.count < scalars.count }
        }
    }

    /// The text with every signing key in it cut to its prefix: for messages that quote what a user wrote.
    static func masked(_ text: String) -> String {
        guard holdsSigningKey(text) else { return text }
        var scalars = Array(text.unicodeScalars)
        for index in scalars.indices.reversed() {
            guard let prefix = prefixes.first(where: { isPrefix($0, of: scalars, at: index) }) else { continue }
            let start = index + prefix.count
            let end = keyEnd(scalars, from: start)
            if end > start { scalars.replaceSubrange(start..<end, with: ["…"]) }
        }
        return string(scalars[...])
    }

    /// The columns, from 0, of a line that look like a secret: signing keys, credentials of an `Authorization`
    /// header, the password of a URL. References such as `${secret.token}` are not secret.
    static func ranges(in line: [Unicode.Scalar]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for index in line.indices {
            for prefix in prefixes where isPrefix(prefix, of: line, at: index) {
                let start = index + prefix.count
                ranges.append(start..<keyEnd(line, from: start))
            }
            for scheme in schemes where isPrefix(scheme, of: line, at: index) {
                let start = index + scheme.count
                let end = line[start...].firstIndex { " \"',}]".unicodeScalars.contains($0) } ?? line.count
                if start < end, line[start] != "$", line[start] != "{" { ranges.append(start..<end) }
            }
            if let range = urlPassword(line, at: index) { ranges.append(range) }
        }
        return ranges
    }

    private static func urlPassword(_ line: [Unicode.Scalar], at index: Int) -> Range<Int>? {
        guard isPrefix(authority, of: line, at: index) else { return nil }
        let start = index + 3
        let end = line[start...].firstIndex { " /?#\"'".unicodeScalars.contains($0) } ?? line.count
        guard let at = line[start..<end].lastIndex(of: "@"), let colon = line[start..<at].firstIndex(of: ":") else {
            return nil
        }
        return (colon + 1)..<at
    }

    private static func keyEnd(_ line: [Unicode.Scalar], from start: Int) -> Int {
        var end = start
        while end < line.count, line[end].isASCII,
            line[end].properties.isAlphabetic || "0123456789+/=_-".unicodeScalars.contains(line[end])
        {
            end += 1
        }
        return end
    }

    private static func isPrefix(_ prefix: [Unicode.Scalar], of line: [Unicode.Scalar], at index: Int) -> Bool {
        guard line.count - index >= prefix.count else { return false }
        for offset in prefix.indices {
            let scalar = line[index + offset]
            let lower = ("A"..."Z").contains(scalar) ? Unicode.Scalar(scalar.value + 32) ?? scalar : scalar
            if lower != prefix[offset] { return false }
        }
        return true
    }
}
