import CallbackCore

/// Rows stand in the binlog that were never committed: their transaction has no end, was rolled back, or in part. It is
/// read again, and they are passed over.
struct AbandonedRows: Error, Equatable {
    let gtid: GTID
    /// Which of the transaction's events with rows.
    let events: [Range<Int>]

    init(of gtid: GTID, _ events: [Range<Int>] = [0..<Int.max]) {
        self.gtid = gtid
        self.events = events
    }

    func holds(_ event: Int, of group: GTID?) -> Bool { group == gtid && events.contains { $0.contains(event) } }
}

/// Reading cannot go on where it stood: it begins anew, now, under a new incarnation, with a gap.
struct Renewal: Error {
    var reason: Gap.Reason
    /// One sentence for the operator.
    var message: String

    static func ofAnotherHistory(_ server: String, _ words: String) -> Renewal {
        Renewal(
            reason: .replaced,
            message: "the server at \(server) has another history: \(words). It was restored from a backup, its binlog "
                + "was reset, or another server answers there; what changed until now is not known")
    }

    /// The database was left out of the binlog for some time.
    static func ofLeftOut(_ server: String, _ database: String) -> Renewal {
        Renewal(
            reason: .replaced,
            message: "the binlog at \(server) left \(database) out (binlog_do_db, binlog_ignore_db): what changed "
                + "until now is not known")
    }

    /// The state file has a mark, and no place in a binlog beside it.
    static func ofAnotherWay(_ server: String) -> Renewal {
        Renewal(
            reason: .replaced,
            message: "the binlog at \(server) was not read before: this source saw its changes in another way. What "
                + "changed between the two is not known")
    }

    /// Names changed unseen, and so much was changed since that it cannot be told what they were.
    static func ofTooManyNames(_ place: BinlogPlace) -> Renewal {
        Renewal(
            reason: .unreadable,
            message: "names changed without rows in the binlog, and too much was changed after \(place.done) to tell "
                + "what they were there: what changed until now is not known")
    }

    static func purged(_ server: String, _ place: BinlogPlace) -> Renewal {
        Renewal(
            reason: .trimmed,
            message: "the binlog at \(server) no longer holds what comes after \(place.done): what changed until now "
                + "is not known. Keep binlogs longer than callbackd may be down: binlog_expire_logs_seconds in the "
                + "server's my.cnf")
    }
}
