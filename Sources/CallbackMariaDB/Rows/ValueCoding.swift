import CallbackRows

/// How the values of one column stand in the binlog.
enum ValueCoding {
    case integer(bytes: Int)
    case unsigned(bytes: Int)
    case float
    case double
    case decimal(DecimalCoding)
    case year
    case date
    /// Digits of the fraction, for these three.
    case time(Int)
    case datetime(Int)
    case timestamp(Int)
    /// As servers before 10.1.2 wrote them, and later ones still do on request; without fractions.
    case oldTime
    case oldDatetime
    case oldTimestamp
    case bit(bytes: Int)
    case enumeration(bytes: Int, LabelSet)
    case set(bytes: Int, LabelSet)
    /// With a length of so many bytes before it.
    case text(lengthBytes: Int, CharacterCoding)
    case bytes(lengthBytes: Int)
    /// Zero bytes at the end are left out of the binlog.
    case padded(lengthBytes: Int, width: Int)
    case uuid
    case inet4
    case inet6
    /// With a byte before it that says how it is compressed.
    case compressed(lengthBytes: Int, CharacterCoding?)
}

/// The labels of an ENUM or SET column.
struct LabelSet {
    let labels: [RowValue]
    private let texts: [String]

    init(_ labels: [RowValue]) {
        self.labels = labels
        texts = labels.map { $0.text ?? "" }
    }

    /// The label of a number; 0 stands for the empty text that marks a refused value.
    func value(_ number: UInt64) throws(EventDamage) -> RowValue {
        guard number > 0 else { return .text("") }
        guard number <= UInt64(labels.count) else { throw EventDamage("a value is none of its column's labels") }
        return labels[Int(number) - 1]
    }

    /// The labels whose bits are set, joined by commas.
    func text(_ bits: UInt64) throws(EventDamage) -> RowValue {
        guard texts.count >= 64 || bits >> UInt64(texts.count) == 0 else {
            throw EventDamage("a value is none of its column's labels")
        }
        var text = ""
        for index in texts.indices where bits & (1 << UInt64(index)) != 0 {
            if !text.isEmpty { text += "," }
            text += texts[index]
        }
        return .text(text)
    }
}
