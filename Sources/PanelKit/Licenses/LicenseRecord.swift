import FoundationEssentials
import GRDB

/// A licence as its row has it. As JSON: an object of the columns, with the options as an object inside.
package struct LicenseRecord: Sendable, Equatable, Encodable {
    let id: Int64
    package let kind: String
    package let keyNumber: String
    package let product: String
    package let title: String
    package let comment: String
    let serverIP: String?
    let period: Int
    let os: String?
    let options: [String: String]
    package let status: String
    let orderedAt: String
    let expiresAt: String

    private enum CodingKeys: String, CodingKey {
        case id, kind, product, title, comment, period, os, options, status
        case keyNumber = "key_number"
        case serverIP = "server_ip"
        case orderedAt = "ordered_at"
        case expiresAt = "expires_at"
    }

    init(_ row: Row) {
        id = row["id"]
        kind = row["kind"]
        keyNumber = row["key_number"]
        product = row["product"]
        title = row["title"]
        comment = row["comment"]
        serverIP = row["server_ip"]
        period = row["period"]
        os = row["os"]
        let text: String = row["options"]
        do {
            options = try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        } catch {
            // Somebody else's hand: shown as it stands, rather than not at all.
            options = ["": text]
        }
        status = row["status"]
        orderedAt = row["ordered_at"]
        expiresAt = row["expires_at"]
    }

    package func encode(to encoder: any Encoder) throws {
        var columns = encoder.container(keyedBy: CodingKeys.self)
        try columns.encode(id, forKey: .id)
        try columns.encode(kind, forKey: .kind)
        try columns.encode(keyNumber, forKey: .keyNumber)
        try columns.encode(product, forKey: .product)
        try columns.encode(title, forKey: .title)
        try columns.encode(comment, forKey: .comment)
        // What is not there is null, and not left out.
        try columns.encode(serverIP, forKey: .serverIP)
        try columns.encode(period, forKey: .period)
        try columns.encode(os, forKey: .os)
        try columns.encode(options, forKey: .options)
        try columns.encode(status, forKey: .status)
        try columns.encode(orderedAt, forKey: .orderedAt)
        try columns.encode(expiresAt, forKey: .expiresAt)
    }
}
