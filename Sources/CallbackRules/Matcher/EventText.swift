/// What the text of an event must be given with.
package enum EventText {
    /// Bytes that must be readable behind a text: it is read 16 at a time.
    package static let padding = 64
}
