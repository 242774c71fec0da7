import Glibc

/// Standard output for data, standard error for talk.
///
/// Written at once and without stdio's buffer, so that a pipe's reader sees each line when it is made.
enum Terminal {
    /// Writes data, ending the program quietly where its reader has gone.
    static func print(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    /// Writes words for a person.
    static func say(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    /// Colour only where a person looks at it and did not ask for none. Source: no-color.org.
    static func palette(for descriptor: Int32 = STDOUT_FILENO) -> Palette {
        let refused = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        let isDumb = getenv("TERM").map { String(cString: $0) == "dumb" } ?? false
        return Palette(isOn: isatty(descriptor) == 1 && !refused && !isDumb)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while let base = rest.baseAddress, !rest.isEmpty {
                let count = Glibc.write(descriptor, base, rest.count)
                if count >= 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
                } else if errno == EPIPE, descriptor == STDOUT_FILENO {
                    exit(ExitStatus.done.rawValue)
                } else if errno != EINTR, errno != EAGAIN {
                    return
                }
            }
        }
    }
}

/// Colours, or nothing.
struct Palette: Sendable {
    enum Style: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
    }

    let isOn: Bool

    func callAsFunction(_ style: Style, _ text: String) -> String {
        isOn ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}

extension String {
    /// The text without control characters: what came from outside must not steer the terminal.
    var harmless: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { scalar in
                    switch scalar.value {
                    case 0..<0x20, 0x7F..<0xA0: "\u{FFFD}"
                    // Marks that turn the direction of writing could make one line look like another.
                    case 0x202A...0x202E, 0x2066...0x2069: "\u{FFFD}"
                    default: scalar
                    }
                }))
    }
}
