/// The name of one life of a source.
package enum Incarnation {
    /// 26 base-32 characters, drawn at random.
    package static func random() -> String {
        Base32.text(of: (0..<17).map { _ in UInt8.random(in: 0...255) }, count: 26)
    }
}
