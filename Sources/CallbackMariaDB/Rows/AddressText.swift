/// UUID, INET4 and INET6 as the server prints them.
enum AddressText {
    private static let digits = Array("0123456789abcdef".utf8)

    /// - Parameter bytes: sixteen.
    static func uuid(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 36) { text in
            var count = 0
            for index in 0..<16 {
                if index == 4 || index == 6 || index == 8 || index == 10 {
                    text[count] = UInt8(ascii: "-")
                    count += 1
                }
                text[count] = digits[Int(bytes[index] >> 4)]
                text[count + 1] = digits[Int(bytes[index] & 15)]
                count += 2
            }
            return String(decoding: UnsafeBufferPointer(text), as: UTF8.self)
        }
    }

    /// - Parameter bytes: four.
    static func inet4(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        "\(bytes[0]).\(bytes[1]).\(bytes[2]).\(bytes[3])"
    }

    /// The longest run of zero groups, also a single one, becomes `::`; of several the first one.
    /// - Parameter bytes: sixteen.
    static func inet6(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        func group(_ index: Int) -> UInt16 { UInt16(bytes[2 * index]) << 8 | UInt16(bytes[2 * index + 1]) }
        var gap = 0..<0
        var start = 0
        for index in 0..<8 {
            if group(index) != 0 { start = index + 1 } else if index + 1 - start > gap.count { gap = start..<index + 1 }
        }
        let isIPv4 = gap == 0..<6 || gap == 0..<5 && group(5) == 0xFFFF
        var text = ""
        var index = 0
        while index < 8 {
            if !gap.isEmpty, index == gap.lowerBound {
                text += index == 0 ? "::" : ":"
                index = gap.upperBound
            } else if index == 6, isIPv4 {
                return text + inet4(UnsafeBufferPointer(rebasing: bytes[12..<16]))
            } else {
                text += String(group(index), radix: 16)
                index += 1
                if index < 8 { text += ":" }
            }
        }
        return text
    }
}
