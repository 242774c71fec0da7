import Crypto

extension EventOrigin {
    /// Of an event that no change made, but a row that a snapshot found: the same row of the same run keeps its identity
    /// however often it is read.
    ///
    /// Changes have positions from 1 and events without one have -1; these are below. The events of one run share a
    /// neighbourhood, and 76 bits of SHA-256 tell its rows apart.
    ///
    /// - Parameter row: the table's name and the row's key, written so that no two rows are written alike.
    package init(snapshot run: String, row: String, ordinal: Int) {
        let neighbourhood = Self.hash(run) >> 16
        var hash = SHA256()
        hash.update(data: Array(run.utf8) + [0] + Array(row.utf8))
        let bytes = Array(hash.finalize())
        let within = UInt64(bytes[8]) << 4 | UInt64(bytes[9]) >> 4
        self.init(
            position: -2 - Int64(neighbourhood << 12 | within),
            nonce: Int64(bitPattern: bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }), ordinal: ordinal)
    }

    private static func hash(_ text: String) -> UInt64 {
        var hash = SHA256()
        hash.update(data: Array(text.utf8))
        return hash.finalize().prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
