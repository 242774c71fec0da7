import CScan
import CallbackCore

extension JSONScanner {
    /// Reads a string behind its opening quote, 16 bytes at a time.
    /// - Parameter keeps: whether the string will be looked at: it stands in `string` then, its escapes resolved.
    @inline(__always)
    mutating func readString(_ start: Place, keeps: Bool) -> Place? {
        var place = start
        var stops = cscan_string_stops(place)
        while stops == 0 {
            place += 16
            stops = cscan_string_stops(place)
        }
        place += stops.trailingZeroBitCount
        guard place.pointee == UInt8(ascii: "\"") else { return readUnusualString(start, at: place, keeps: keeps) }
        if keeps {
            string = start
            stringLength = place - start
        }
        return place + 1
    }

    /// Goes on where a string holds more than plain ASCII.
    private mutating func readUnusualString(_ start: Place, at stop: Place, keeps: Bool) -> Place? {
        var place = stop
        var hasEscapes = false
        while true {
            let stops = cscan_string_stops(place)
            if stops == 0 {
                place += 16
                continue
            }
            place += stops.trailingZeroBitCount
            switch place.pointee {
            case UInt8(ascii: "\""):
                if keeps {
                    string = start
                    stringLength = place - start
                    if hasEscapes { resolve(start, until: place) }
                }
                return place + 1
            case UInt8(ascii: "\\"):
                hasEscapes = true
                guard let length = escapeLength(place) else {
                    return fail("an escape that JSON does not have", place)
                }
                place += length
            case 0..<0x20: return fail("a control character inside a string must be escaped", place)
            default:
                guard let length = Self.characterLength(place) else {
                    return fail("a string is not valid UTF-8", place)
                }
                place += length
            }
        }
    }

    /// How many bytes a character beyond ASCII takes; nil where it is none.
    private static func characterLength(_ bytes: Place) -> Int? {
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
    private func escapeLength(_ bytes: Place) -> Int? {
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
    private static func unit(_ bytes: Place) -> UInt16? {
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
    private mutating func resolve(_ start: Place, until stop: Place) {
        let room = leaves.pointee.texts.room(stop - start)
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
        leaves.pointee.texts.keep(written)
        string = UnsafePointer(room)
        stringLength = written
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
