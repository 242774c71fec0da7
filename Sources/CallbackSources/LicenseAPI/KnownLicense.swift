import CallbackCore

/// A licence that the source has told of, or found at its first listing.
struct KnownLicense: Equatable {
    /// The number under which it was listed last.
    var number: String
    /// When its properties were read; nil where they never were.
    var readAt: Timestamp?
    /// JSON text of its properties: thousands of them are kept in memory.
    private var text: [UInt8]?

    init(number: String) { self.number = number }

    init(number: String, details: LicenseDetails, readAt: Timestamp) {
        self.number = number
        self.readAt = readAt
        var text: [UInt8] = []
        text.appendJSON(.object(details.row))
        self.text = text
    }

    /// What the state file kept; what cannot be read there is read again from the API.
    init(key: String, row: [UInt8]?) {
        let value = row.flatMap { try? JSONParser.parse($0) }
        number = value?["number"]?.string ?? key
        readAt = value?["read"]?.integer.map { Timestamp(milliseconds: $0) }
        guard case .object(let details)? = value?["details"] else { return }
        var text: [UInt8] = []
        text.appendJSON(.object(details))
        self.text = text
    }

    var details: LicenseDetails? {
        guard let text, case .object(let row)? = try? JSONParser.parse(text) else { return nil }
        return LicenseDetails(kept: row)
    }

    /// What is known where the properties were never read, too.
    func details(of id: LicenseID) -> LicenseDetails { details ?? LicenseDetails(id, listedAs: number) }

    /// The row that the state file keeps.
    var row: [UInt8] {
        var row: [UInt8] = []
        var head: JSONObject = ["number": .string(number)]
        if let readAt { head.append("read", .integer(readAt.milliseconds)) }
        row.appendJSON(.object(head))
        guard let text else { return row }
        row.removeLast()
        row.append(contentsOf: #","details":"#.utf8)
        row.append(contentsOf: text)
        row.append(UInt8(ascii: "}"))
        return row
    }
}
