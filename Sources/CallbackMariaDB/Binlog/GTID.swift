/// The name of a transaction: the domain of replication, the server that wrote it, and its number there.
struct GTID: Hashable, Sendable, CustomStringConvertible {
    var domain: UInt32
    var server: UInt32
    var sequence: UInt64

    var description: String { "\(domain)-\(server)-\(sequence)" }

    init(domain: UInt32, server: UInt32, sequence: UInt64) {
        self.domain = domain
        self.server = server
        self.sequence = sequence
    }

    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let domain = UInt32(parts[0]), let server = UInt32(parts[1]),
            let sequence = UInt64(parts[2])
        else { return nil }
        self.init(domain: domain, server: server, sequence: sequence)
    }
}

/// How far a binlog was read: the last transaction of each domain.
struct GTIDPosition: Hashable, Sendable, CustomStringConvertible {
    private(set) var last: [GTID] = []

    init() {}

    /// Reads what `@@gtid_binlog_pos` gives; nil where it is something else.
    init?(_ text: String) {
        for part in text.split(separator: ",") {
            guard let gtid = GTID(part.drop { $0 == " " }) else { return nil }
            advance(to: gtid)
        }
    }

    /// Reads a list of the binlog. The last one of a domain is its latest, whoever wrote it.
    init(listed cursor: inout ByteCursor) throws(EventDamage) {
        // The highest bits are flags.
        let count = try cursor.number(UInt32.self) & 0x0FFF_FFFF
        for _ in 0..<count {
            advance(
                to: GTID(domain: try cursor.number(), server: try cursor.number(), sequence: try cursor.number()))
        }
    }

    var isEmpty: Bool { last.isEmpty }

    var description: String { last.map(\.description).joined(separator: ",") }

    /// The last transaction of a domain.
    func last(of domain: UInt32) -> GTID? { last.first { $0.domain == domain } }

    mutating func advance(to gtid: GTID) {
        if let index = last.firstIndex(where: { $0.domain == gtid.domain }) {
            last[index] = gtid
        } else {
            last.append(gtid)
            last.sort { $0.domain < $1.domain }
        }
    }

    /// Whether everything that `other` names was read.
    func covers(_ other: GTIDPosition) -> Bool { other.last.allSatisfy { covers($0) } }

    /// Whether no domain that both name is further on in `other`.
    func isAtLeast(_ other: GTIDPosition) -> Bool {
        last.allSatisfy { gtid in other.last(of: gtid.domain).map { $0.sequence <= gtid.sequence } ?? true }
    }

    func covers(_ gtid: GTID) -> Bool { last(of: gtid.domain).map { $0.sequence >= gtid.sequence } ?? false }
}
