/// One alternative of a clause as the matcher holds it: numbers instead of texts where that is enough.
struct CompiledTest: BitwiseCopyable {
    enum Kind: UInt8, BitwiseCopyable {
        case null, no, yes, string, number, longNumber, prefix, suffix, range, present, network
        /// Texts in lower case, being ASCII.
        case caseless, caselessPrefix, caselessSuffix
        /// With a list of texts.
        case wildcard, notTexts
        /// Anything else: a `ValueTest` decides.
        case other
        /// Never accepts a leaf: that a field is missing is asked of the clause.
        case absent
    }

    /// What a range of numbers includes, as bits of `flags`.
    enum Bound {
        static let low: UInt8 = 1
        static let lowIncluded: UInt8 = 2
        static let high: UInt8 = 4
        static let highIncluded: UInt8 = 8
    }

    var kind: Kind
    var flags: UInt8 = 0
    var length: UInt32 = 0
    /// The hash of a text, the bits of a number or of the low bound, or the number of a `ValueTest` or of the first text.
    var first: UInt64 = 0
    /// Where a text begins, or the bits of the high bound.
    var second: UInt64 = 0

    /// One of several texts of a test.
    struct Text: BitwiseCopyable {
        var offset: UInt32
        var length: UInt32
    }
}
