import CallbackCore

/// A transaction of the binlog has no end: it is read again, and passed over.
struct AbandonedTransaction: Error {
    let gtid: GTID
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

    /// The state file has a mark, and no place in a binlog beside it.
    static func ofAnotherWay(_ server: String) -> Renewal {
        Renewal(
            reason: .replaced,
            message: "the binlog at \(server) was not read before: this source saw its changes in another way. What "
                + "changed between the two is not known")
    }

    static func purged(_ server: String, _ place: BinlogPlace) -> Renewal {
        Renewal(
            reason: .trimmed,
            message: "the binlog at \(server) no longer holds what comes after \(place.done): what changed until now "
                + "is not known. Keep binlogs longer than callbackd may be down: binlog_expire_logs_seconds in the "
                + "server's my.cnf")
    }
}
