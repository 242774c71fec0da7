import CScan
import CallbackCore

extension JSONScanner {
    /// Reads a string behind its opening quote, 16 bytes at a time.
    /// - Parameter keeps: whether the string will be looked at; escapes are resolved then.
    @inline(__always)
    mutating func readString(keeps: Bool) -> Bool {
        let start = position
        var current = start
        while true {
            let stops = cscan_string_stops(current)
            if stops == 0 {
                current += 16
                continue
            }
            current += stops.trailingZeroBitCount
            guard current.pointee == UInt8(ascii: "\"") else { break }
            string = start
            stringLength = current - start
            position = current + 1
            return true
        }
        return readUnusualString(from: start, at: current, keeps: keeps)
    }

    /// Goes on where a string holds more than plain ASCII.
    private mutating func readUnusualString(
        from start: UnsafePointer<UInt8>, at stop: UnsafePointer<UInt8>, keeps: Bool
    ) -> Bool {
        var current = stop
        var hasEscapes = false
        while true {
            let stops = cscan_string_stops(current)
            if stops == 0 {
                current += 16
                continue
            }
            current += stops.trailingZeroBitCount
            position = current
            switch current.pointee {
            case UInt8(ascii: "\""):
                position = current + 1
                if keeps && hasEscapes { return resolve(start, until: current) }
                string = start
                stringLength = current - start
                return true
            case UInt8(ascii: "\\"):
                hasEscapes = true
                guard let length = escapeLength(current) else { return fail("an escape that JSON does not have") }
                current += length
            case 0..<0x20: return fail("a control character inside a string must be escaped")
            default:
                guard let length = Self.characterLength(current) else { return fail("a string is not valid UTF-8") }
                current += length
            }
        }
    }

    /// How many bytes a character beyond ASCII takes; nil where it is none.
    private static func characterLength(_ bytes: UnsafePointer<UInt8>) -> Int? {
        let first = bytes[0]
        switch first {
        case 0xC2...0xDF: return bytes[1] & 0xC0 == 0x80 ? 2 : nil
        case 0xE0...0xEF:
            guard bytes[1] & 0xC0 == 0x80, bytes[2] & 0xC0 == 0x80 else { return nil }
            // Neither a form longer than needed nor half of a surrogate pair.
            guard first != 0xE0 || bytes[1] >= 0xA0, first != 0xED || bytes[1] < 0xA0 else { return nil }
            return 3
        case 0xF0...0xF4:
            guard bytes[1] & 0xC0 == 0x80, bytes[2] & 0xC0 == 0x80, bytes[3] & 0xC0 == 0x80 else { return nil }
            guard first != 0xF0 || bytes[1] >= 0x90, first != 0xF4 || bytes[1] < 0x90 else { return nil }
            return 4
        default: return nil
        }
    }

    /// How many bytes an escape takes; nil where it is none.
    private func escapeLength(_ bytes: UnsafePointer<UInt8>) -> Int? {
        switch bytes[1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return 2
        case UInt8(ascii: "u"):
            guard let unit = Self.unit(bytes + 2) else { return nil }
            if !UTF16.isSurrogate(unit) { return 6 }
            guard UTF16.isLeadSurrogate(unit), bytes[6] == UInt8(ascii: "\\"), bytes[7] == UInt8(ascii: "u"),
                let second = Self.unit(bytes + 8), UTF16.isTrailSurrogate(second)
            else { return nil }
            return 12
        default: return nil
        }
    }

    /// Four hex digits; nil where they are none.
    private static func unit(_ bytes: UnsafePointer<UInt8>) -> UInt16? {
        var unit: UInt16 = 0
        for index in 0..<4 {
            switch bytes[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt16(bytes[index] - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): unit = unit << 4 | UInt16(bytes[index] - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): unit = unit << 4 | UInt16(bytes[index] - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return unit
    }

    /// Writes a string anew without its escapes, which were checked before.
    private mutating func resolve(_ start: UnsafePointer<UInt8>, until stop: UnsafePointer<UInt8>) -> Bool {
        let room = leaves.texts.room(stop - start)
        var written = 0
        var current = start
        while current < stop {
            guard current.pointee == UInt8(ascii: "\\") else {
                room[written] = current.pointee
                written += 1
                current += 1
                continue
            }
            let length = escapeLength(current) ?? 2
            if length == 2 {
                room[written] = Self.escaped(current[1])
                written += 1
            } else {
                let first = UInt32(Self.unit(current + 2) ?? 0)
                let second = length == 12 ? UInt32(Self.unit(current + 8) ?? 0) : 0
                let value = length == 12 ? 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00) : first
                for byte in String(Unicode.Scalar(value) ?? "\u{FFFD}").utf8 {
                    room[written] = byte
                    written += 1
                }
            }
            current += length
        }
        leaves.texts.keep(written)
        string = UnsafePointer(room)
        stringLength = written
        return true
    }

    private static func escaped(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: byte
        }
    }
}
