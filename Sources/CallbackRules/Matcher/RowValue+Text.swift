import CScan

extension RowValue {
    /// A text by its address or, up to 15 bytes, by its bytes: short ones may stand within the value itself.
    struct Text: BitwiseCopyable {
        /// Bytes; -1 where it cannot be read in this way.
        var count: Int
        var low: UInt64
        var high: UInt64

        private static let longestShort = 15
        static let unreadable = Text(count: -1, low: 0, high: 0)

        /// - Parameter bytes: of a string.
        @inline(__always)
        init(_ bytes: UnsafeBufferPointer<UInt8>) {
            count = bytes.count
            low = 0
            high = 0
            guard let start = UnsafeRawPointer(bytes.baseAddress) else { return }
            if count > Self.longestShort {
                low = UInt64(UInt(bitPattern: start))
            } else if count >= 8 {
                low = start.loadUnaligned(as: UInt64.self)
                let end = start.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
                high = end &>> UInt64(truncatingIfNeeded: (16 &- count) &* 8)
            } else if count >= 4 {
                low = UInt64(start.loadUnaligned(as: UInt32.self))
                let end = UInt64(start.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
                low |= end &<< UInt64(truncatingIfNeeded: (count &- 4) &* 8)
            } else {
                for index in 0..<count { low |= UInt64(bytes[index]) &<< UInt64(truncatingIfNeeded: index &* 8) }
            }
        }

        /// Where a text of more than 15 bytes stands.
        @inline(__always)
        var start: UnsafePointer<UInt8>? {
            count > Self.longestShort ? UnsafePointer(bitPattern: UInt(truncatingIfNeeded: low)) : nil
        }

        private init(count: Int, low: UInt64, high: UInt64) {
            self.count = count
            self.low = low
            self.high = high
        }
    }
}

extension RowValue.Text {
    /// The same as `ByteHash` says of its bytes, without reading behind them.
    @inline(__always)
    var hash: UInt64 { hash { $0 } }

    /// The same of the text with its capital letters made small; nil where it is not ASCII.
    @inline(__always)
    var foldedHash: UInt64? {
        var seen: UInt64 = 0
        let hash = hash { word in
            seen |= word
            return ByteHash.fold(word)
        }
        return seen & 0x8080_8080_8080_8080 == 0 ? hash : nil
    }

    /// - Parameter change: what is hashed instead of a word.
    @inline(__always)
    private func hash(_ change: (UInt64) -> UInt64) -> UInt64 {
        var hash = ByteHash.begin(count)
        guard let start else {
            guard count > 8 else { return ByteHash.finish(hash, change(low)) }
            return ByteHash.finish(ByteHash.step(hash, change(low)), change(high))
        }
        var position = 0
        while count &- position > 8 {
            hash = ByteHash.step(hash, change(cscan_load64(start + position)))
            position &+= 8
        }
        return ByteHash.finish(hash, change(lastWord(of: start, from: position)))
    }

    /// The first bytes as a number, the first one lowest.
    /// - Parameter size: 1 to 8, and no more than the text has.
    @inline(__always)
    func head(_ size: Int) -> UInt64 { Self.first(size, of: start.map { cscan_load64($0) } ?? low) }

    /// The last bytes likewise.
    @inline(__always)
    func tail(_ size: Int) -> UInt64 {
        let shift = UInt64(truncatingIfNeeded: size &* 8)
        if let start { return cscan_load64(start + (count &- 8)) &>> (64 &- shift) }
        let skipped = count &- size
        guard skipped < 8 else { return high &>> UInt64(truncatingIfNeeded: (skipped &- 8) &* 8) }
        guard skipped > 0 else { return Self.first(size, of: low) }
        let bits = UInt64(truncatingIfNeeded: skipped &* 8)
        return Self.first(size, of: low &>> bits | high &<< (64 &- bits))
    }

    @inline(__always)
    private static func first(_ size: Int, of word: UInt64) -> UInt64 {
        word & UInt64.max &>> UInt64(truncatingIfNeeded: (8 &- size) &* 8)
    }

    /// - Parameter bytes: as many as the text has, and 8 readable ones behind them.
    @inline(__always)
    func isEqual(_ bytes: UnsafePointer<UInt8>) -> Bool {
        guard let start else {
            return ByteHash.head(bytes, count) == low && (count <= 8 || ByteHash.head(bytes + 8, count &- 8) == high)
        }
        var position = 0
        while count &- position > 8 {
            guard cscan_load64(start + position) == cscan_load64(bytes + position) else { return false }
            position &+= 8
        }
        return lastWord(of: start, from: position) == ByteHash.head(bytes + position, count &- position)
    }

    /// Writes the text where more bytes can be read than it has.
    /// - Parameter room: for 15 bytes more than it has.
    @inline(__always)
    func write(to room: UnsafeMutablePointer<UInt8>) {
        let target = UnsafeMutableRawPointer(room)
        guard let start = UnsafeRawPointer(start) else {
            target.storeBytes(of: low, as: UInt64.self)
            target.storeBytes(of: high, toByteOffset: 8, as: UInt64.self)
            return
        }
        let last = count &- 16
        var position = 0
        while position < last {
            Self.copy16(start + position, target + position)
            position &+= 16
        }
        Self.copy16(start + last, target + last)
    }

    @inline(__always)
    private static func copy16(_ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer) {
        target.storeBytes(of: source.loadUnaligned(as: SIMD2<UInt64>.self), as: SIMD2<UInt64>.self)
    }

    /// The up to 8 bytes from a position on, which are the last ones of a text of more than 15.
    @inline(__always)
    private func lastWord(of start: UnsafePointer<UInt8>, from position: Int) -> UInt64 {
        cscan_load64(start + (count &- 8)) &>> UInt64(truncatingIfNeeded: (8 &- (count &- position)) &* 8)
    }
}
