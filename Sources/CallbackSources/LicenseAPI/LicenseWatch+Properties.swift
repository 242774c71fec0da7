import CallbackCore

/// Reading what single licences are: those of orders before they are told, the known ones from time to time.
extension LicenseWatch {
    var nextRefresh: (id: LicenseID, wait: Int64)? {
        let kinds = Set(plan.kinds)
        return refresh.next(now: timekeeper.now(), monotonic: timekeeper.monotonic()) { id in
            kinds.contains(id.kind) && known[id] != nil
        }
    }

    /// Reads the properties of one licence: orders go before what is known.
    func read() throws {
        if let order = orders.next {
            try tell(order)
        } else if let next = nextRefresh, next.wait == 0 {
            try readAgain(next.id)
        }
    }

    private func tell(_ order: PendingOrders.Order) throws {
        let (id, now) = (order.id, timekeeper.monotonic())
        let details: LicenseDetails
        do throws(LicenseProblem) {
            details = try api.details(of: id, listedAs: order.number)
            succeed()
        } catch {
            try fail(error)
            let since = order.failure?.since ?? now
            guard now - since >= Self.longestDelay.nanoseconds else {
                return orders.setAside(order, since: since, error)
            }
            details = LicenseDetails(id, listedAs: order.number)
        }
        orders.remove(order)
        let license = KnownLicense(number: order.number, details: details, readAt: timekeeper.now())
        refresh.note(id, at: timekeeper.now())
        try hand(over: [LicenseChange(id: id, old: nil, new: details)], [known.keep(license, as: id)])
    }

    private func readAgain(_ id: LicenseID) throws {
        guard let before = known[id] else { return }
        let number = renewed[id] ?? before.number
        let now = timekeeper.now()
        let details: LicenseDetails
        do throws(LicenseProblem) {
            details = try api.details(of: id, listedAs: number)
            succeed()
        } catch {
            try fail(error)
            guard error.cause == .trouble else {
                // What is refused is usually about to leave the listing.
                return refresh.finish(id, now: now, monotonic: timekeeper.monotonic())
            }
            refreshProblem = "the properties of \(number) cannot be read: \(error)"
            return refresh.postpone(id, now: now, monotonic: timekeeper.monotonic())
        }
        refresh.finish(id, now: now, monotonic: timekeeper.monotonic())
        renewed[id] = nil
        let name = known.keep(KnownLicense(number: number, details: details, readAt: now), as: id)
        // The first reading after the baseline has nothing to be held against.
        let change = before.details.map { LicenseChange(id: id, old: $0, new: details) }
        try hand(over: change.map { [$0] } ?? [], [name])
    }

    private func succeed() {
        nextReading = timekeeper.monotonic() + plan.rate.interval
        readings.succeed()
        refreshProblem = nil
    }

    private func fail(_ problem: LicenseProblem) throws {
        if problem.cause == .stopped { throw CancellationError() }
        let pause = problem.cause == .refused ? plan.rate.interval : max(readings.fail(problem), plan.rate.interval)
        nextReading = timekeeper.monotonic() + pause
    }
}
