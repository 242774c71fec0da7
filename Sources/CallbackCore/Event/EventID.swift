package import Crypto

/// The identity of an event: `evt_` and 26 base-32 characters.
package struct EventID: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package var description: String { rawValue }

    @inlinable package static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }

    @inlinable package func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

    /// The identity of a captured change.
    ///
    /// The first five characters hash the neighbourhood of the position, the other 21 the position itself. So ids of
    /// neighbouring changes stand together in an index, which keeps one commit's writes on few pages, and two
    /// changes share an id only if 105 bits of SHA-256 collide.
    package init(incarnation: String, origin: EventOrigin) {
        var hash = SHA256()
        hash.update(data: Array(incarnation.utf8))
        hash.update(integer: origin.position >> 12)
        let neighbourhood = Base32.text(of: hash.finalize(), count: 5)
        hash = SHA256()
        hash.update(data: Array(incarnation.utf8))
        hash.update(integer: origin.position)
        hash.update(integer: origin.nonce)
        hash.update(integer: Int64(origin.ordinal))
        rawValue = "evt_" + neighbourhood + Base32.text(of: hash.finalize(), count: 21)
    }

    /// A random identity, for an event that has no position: one of our own, or one triggered by hand.
    package static func random() -> EventID {
        EventID(rawValue: "evt_" + Base32.text(of: (0..<17).map { _ in UInt8.random(in: 0...255) }, count: 26))
    }
}

extension SHA256 {
    /// Adds eight bytes, most significant first.
    package mutating func update(integer: Int64) {
        withUnsafeBytes(of: integer.bigEndian) { update(bufferPointer: $0) }
    }
}

/// Base 32 with an alphabet that has no `i`, `l`, `o` and `u`, in lower case: safe to read aloud and in a file name.
package enum Base32 {
    private static let alphabet = [UInt8]("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// The first `count` characters of the bytes' base-32 text.
    package static func text(of bytes: some Sequence<UInt8>, count: Int) -> String {
        var characters: [UInt8] = []
        characters.reserveCapacity(count)
        var buffer: UInt32 = 0
        var bits = 0
        for byte in bytes {
            if characters.count == count { break }
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 && characters.count < count {
                bits -= 5
                characters.append(alphabet[Int(buffer >> UInt32(bits) & 31)])
            }
            buffer &= (1 << UInt32(bits)) - 1
        }
        return String(decoding: characters, as: UTF8.self)
    }
}
