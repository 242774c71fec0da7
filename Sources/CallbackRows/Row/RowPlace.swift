/// One change by its number in its source, a random or derived number that tells it from another life's, and its time.
package struct RowPlace: Equatable, Sendable {
    package var position: Int64
    package var nonce: Int64
    /// Milliseconds since 1970.
    package var milliseconds: Int64

    package init(position: Int64, nonce: Int64, milliseconds: Int64) {
        self.position = position
        self.nonce = nonce
        self.milliseconds = milliseconds
    }
}
