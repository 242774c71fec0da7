import CallbackCore

/// One life of a licence source in memory: compares what the API says with what is known, and hands over what differs.
///
/// It ends by an error of the intake; what is known is then read again from the state file.
final class LicenseWatch {
    /// Events of one batch at most.
    private static let batchSize = 500
    /// An order whose properties cannot be read for so long is told without them.
    static let longestDelay = Duration.minutes(10)

    /// What is known of listing one kind.
    private struct Listings {
        var next: Int64
        var comparison: LicenseComparison
        var backoff = Backoff()
        var problem: LicenseProblem?
        var hasSucceeded = false
    }

    private let source: SourceName
    let plan: LicensePlan
    let api: LicenseAPI
    private let intake: any SourceIntake
    let timekeeper: any Timekeeper

    private var mark: Mark
    var known: KnownLicenses
    /// Raised with the first listing of another account.
    private var gap: Gap?
    private var listings: [LicenseKind: Listings] = [:]
    var orders = PendingOrders()
    /// The numbers of known licences that are listed under another one than before.
    var renewed: [LicenseID: String] = [:]
    var refresh: RefreshQueue
    var nextReading: Int64
    var readings = Backoff()
    /// Why properties could not be read again.
    var refreshProblem: String?

    /// - Throws: what the intake throws.
    init(
        source: SourceName, plan: LicensePlan, api: LicenseAPI, intake: any SourceIntake, timekeeper: any Timekeeper
    ) throws {
        self.source = source
        self.plan = plan
        self.api = api
        self.intake = intake
        self.timekeeper = timekeeper
        let now = timekeeper.monotonic()
        let saved = try intake.savedMark(of: source)
        known = KnownLicenses(saved?.names ?? [])
        mark = saved?.mark ?? Mark(incarnation: Incarnation.random(), position: 0, nonce: 0, isInstalled: false)
        refresh = RefreshQueue(interval: plan.refresh, now: now)
        nextReading = now
        for kind in plan.kinds {
            listings[kind] = Listings(next: now, comparison: LicenseComparison(patience: plan.patience))
        }
        if let account = known.account, account != plan.account { leave(account) }
        for (id, readAt) in known.byReading {
            if let readAt { refresh.note(id, at: readAt) } else { refresh.hurry(id) }
        }
    }

    /// Begins a new life with another account: nobody knows what came and went at either of them since.
    private func leave(_ account: JSONObject) {
        gap = .anotherAccount(plan.account, insteadOf: account, after: mark.position, until: timekeeper.now())
        known = KnownLicenses()
        mark = Mark(incarnation: Incarnation.random(), position: 0, nonce: 0, isInstalled: false)
    }

    /// What is wrong, for the operator; nil where every kind is listed and every order told.
    var problem: String? {
        var words: [String] = []
        for kind in plan.kinds {
            guard let problem = listings[kind]?.problem?.description else { continue }
            // An API that is down is down for all kinds.
            if let index = words.firstIndex(where: { $0.hasSuffix(": \(problem)") }) {
                words[index] = "\(kind.rawValue), \(words[index])"
            } else {
                words.append("\(kind.rawValue): \(problem)")
            }
        }
        if let order = orders.failing, let problem = order.failure?.problem {
            words.append("the properties of \(order.number) cannot be read, and its order is not told yet: \(problem)")
        } else if let refreshProblem, words.isEmpty {
            words.append(refreshProblem)
        }
        return words.isEmpty ? nil : words.joined(separator: "; ")
    }

    /// Whether each kind was listed in this life.
    var hasListed: Bool { listings.values.allSatisfy(\.hasSucceeded) }

    /// Lists one kind if it is time, and reads the properties of one licence if it is time.
    /// - Returns: nanoseconds for which there is nothing to do.
    /// - Throws: `CancellationError` where it is told to stop, or what the intake throws.
    func step() throws -> Int64 {
        let now = timekeeper.monotonic()
        let due = plan.kinds.compactMap { kind in listings[kind].map { (kind, $0.next) } }.min { $0.1 < $1.1 }
        if let due, due.1 <= now { try list(due.0) }
        if nextReading <= timekeeper.monotonic() { try read() }
        return max(0, wake - timekeeper.monotonic())
    }

    /// When there is something to do, by the monotonic clock.
    private var wake: Int64 {
        var wake = listings.values.map(\.next).min() ?? .max
        if orders.next != nil {
            wake = min(wake, nextReading)
        } else if let next = nextRefresh {
            wake = min(wake, max(nextReading, timekeeper.monotonic() + next.wait))
        }
        return wake
    }

    // MARK: Listings

    private func list(_ kind: LicenseKind) throws {
        let listing: LicenseListing
        do throws(LicenseProblem) {
            listing = try api.listing(of: kind)
        } catch {
            if error.cause == .stopped { throw CancellationError() }
            listings[kind]?.problem = error
            if let pause = listings[kind]?.backoff.fail(error) { listings[kind]?.next = timekeeper.monotonic() + pause }
            return
        }
        listings[kind]?.problem = nil
        listings[kind]?.backoff.succeed()
        listings[kind]?.next = timekeeper.monotonic() + plan.interval.nanoseconds
        if known.baselines.contains(kind) {
            try compare(listing, kind)
        } else {
            try begin(kind, with: listing)
        }
        listings[kind]?.hasSucceeded = true
    }

    /// What is there at the first listing raises nothing.
    private func begin(_ kind: LicenseKind, with listing: LicenseListing) throws {
        let isFirst = known.account == nil
        var names: [NameChange] = []
        if isFirst { names.append(known.belong(to: plan.account)) }
        names.append(known.begin(kind, at: timekeeper.now()))
        for key in listing.keys {
            let id = LicenseID(kind: kind, key: key)
            names.append(known.keep(KnownLicense(number: listing.numbers[key] ?? key), as: id))
            refresh.hurry(id)
        }
        mark.isInstalled = true
        // On disk before anybody may rely on being watched: else a crash would take a later, larger baseline.
        try intake.commit(
            SourceBatch(source: source, mark: mark, names: names, gap: gap, replacesNames: isFirst))
        gap = nil
    }

    private func compare(_ listing: LicenseListing, _ kind: LicenseKind) throws {
        guard let finding = listings[kind]?.comparison.compare(listing, with: known.numbers(of: kind)) else { return }
        orders.take(finding.appeared, of: kind, in: listing)
        for key in finding.renumbered {
            let id = LicenseID(kind: kind, key: key)
            renewed[id] = listing.numbers[key]
            refresh.hurry(id)
        }
        var rest = finding.gone[...]
        while !rest.isEmpty {
            try end(rest.prefix(Self.batchSize).map { LicenseID(kind: kind, key: $0) })
            rest = rest.dropFirst(Self.batchSize)
        }
    }

    private func end(_ ids: [LicenseID]) throws {
        var changes: [LicenseChange] = []
        var names: [NameChange] = []
        for id in ids {
            guard let license = known[id] else { continue }
            changes.append(LicenseChange(id: id, old: license.details(of: id), new: nil))
            names.append(known.forget(id))
            renewed[id] = nil
        }
        try hand(over: changes, names)
    }

    // MARK: Handing over

    /// Events and what they make known go into one transaction.
    func hand(over changes: [LicenseChange], _ names: [NameChange]) throws {
        let now = timekeeper.now()
        var events: [CapturedEvent] = []
        for change in changes {
            guard let type = change.type else { continue }
            mark.position += 1
            events.append(change.event(type, position: mark.position, time: now))
        }
        try intake.submit(SourceBatch(source: source, events: events, mark: mark, names: names))
    }
}

extension Gap {
    fileprivate static func anotherAccount(
        _ new: JSONObject, insteadOf old: JSONObject, after position: Int64, until now: Timestamp
    ) -> Gap {
        func words(_ account: JSONObject) -> String {
            "\(account["login"]?.string ?? "") at \(account["url"]?.string ?? "")"
        }
        return Gap(
            reason: .replaced,
            message: "the licences are those of another account, \(words(new)) instead of \(words(old)): what changed "
                + "at either of them since the last listing is not known",
            after: position, from: nil, until: now)
    }
}
