/// Finds where a YAML token ends on its line. The parser tells only where it begins.
enum TokenScan {
    typealias Line = [Unicode.Scalar]

    static func length(of line: Line, from start: Int, plain: String?) -> Int {
        guard start < line.count else { return 1 }
        switch line[start] {
        case "\"", "'":
            return quotedEnd(line, start) - start
        case "[", "{":
            return bracketEnd(line, start) - start
        default:
            if let plain {
                let wanted = Array(plain.unicodeScalars)
                if line.count - start >= wanted.count, Array(line[start..<start + wanted.count]) == wanted {
                    return wanted.count
                }
            }
            return restEnd(line, start) - start
        }
    }

    /// The index behind the closing quote, or the end of the line.
    private static func quotedEnd(_ line: Line, _ start: Int) -> Int {
        let quote = line[start]
        var index = start + 1
        while index < line.count {
            if quote == "\"", line[index] == "\\" {
                index += 2
                continue
            }
            if line[index] == quote {
                guard quote == "'", index + 1 < line.count, line[index + 1] == "'" else { return index + 1 }
                index += 1
            }
            index += 1
        }
        return line.count
    }

    /// The index behind the matching bracket, or the end of the line.
    private static func bracketEnd(_ line: Line, _ start: Int) -> Int {
        var depth = 0
        var index = start
        while index < line.count {
            switch line[index] {
            case "[", "{": depth += 1
            case "]", "}":
                depth -= 1
                if depth == 0 { return index + 1 }
            case "\"", "'":
                let before = line[index - 1]
                if before == " " || before == "[" || before == "{" || before == "," || before == ":" {
                    index = quotedEnd(line, index)
                    continue
                }
            case "#" where line[index - 1] == " ":
                return trimmedEnd(line, start, index)
            default: break
            }
            index += 1
        }
        return trimmedEnd(line, start, line.count)
    }

    private static func restEnd(_ line: Line, _ start: Int) -> Int {
        var end = line.count
        for index in (start + 1)..<max(line.count, start + 1) where line[index] == "#" && line[index - 1] == " " {
            end = index
            break
        }
        return trimmedEnd(line, start, end)
    }

    private static func trimmedEnd(_ line: Line, _ start: Int, _ end: Int) -> Int {
        var end = end
        while end > start + 1, line[end - 1] == " " || line[end - 1] == "\t" { end -= 1 }
        return end
    }
}
