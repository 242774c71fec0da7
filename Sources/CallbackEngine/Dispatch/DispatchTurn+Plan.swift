import CallbackCore
import CallbackStore

/// Going on with another plan, between two turns. What is in flight stays in flight.
extension DispatchTurn {
    mutating func adopt(_ next: Dispatcher.Plan, changed: Set<TargetName>) throws {
        plan = next
        shelf.put(next.book, version: next.version)
        let rules = next.laneRules
        // Rules that came new have no deliveries yet: only where one went, came back or lets others pass from now on
        // is the file read again.
        let readsAgain = rules != laneRules
        laneRules = rules
        queue.use(parked: rules.parked.sorted(), skipping: rules.skipping.sorted())

        let known = Dictionary(lines.enumerated().map { ($1.waiting.number, $0) }) { first, _ in first }
        var kept: [Line] = []
        var places: [Int: Int] = [:]
        for target in next.targets {
            guard let number = next.registry.targets[target.settings.name] else { continue }
            guard let old = known[number] else {
                kept.append(try line(for: target, number: number))
                continue
            }
            places[old] = kept.count
            kept.append(lines[old].goingOn(with: target, isChanged: changed.contains(target.settings.name)))
            let last = kept.count - 1
            guard readsAgain || lines[old].isGone else { continue }
            kept[last].waiting = try waiting(number: number, active: active(of: old))
            if lines[old].isGone {
                kept[last].isPaused = try queue.isPaused(target: number)
                kept[last].health = try health(of: target, number: number)
            }
        }
        // A target that went away is remembered until what it has begun is settled.
        for old in lines.indices where places[old] == nil && isBusy(old) {
            places[old] = kept.count
            kept.append(lines[old].gone)
        }
        move(to: kept, places)
    }

    /// The line of a target that was not there before.
    func line(for target: Dispatcher.Target, number: Int64) throws -> Line {
        Line(
            target: target, waiting: try waiting(number: number, active: []),
            health: try health(of: target, number: number), isPaused: try queue.isPaused(target: number),
            pace: target.settings.rate.map(Pace.init))
    }

    private func health(of target: Dispatcher.Target, number: Int64) throws -> TargetHealth {
        TargetHealth(try queue.state(ofTarget: number), at: clock.now(), target.settings.breaker)
    }

    /// Forgets what waits in memory and reads the queue from its beginning, after a change of many deliveries.
    mutating func readAgain() throws {
        for index in lines.indices where !lines[index].isGone {
            lines[index].waiting = try waiting(number: lines[index].waiting.number, active: active(of: index))
        }
    }

    func waiting(number: Int64, active: [QueuedDelivery]) throws -> TargetLine {
        TargetLine(
            number: number,
            hasStopped: try queue.hasStopped(target: number),
            nextDue: try queue.nextDue(target: number, after: Timestamp(milliseconds: -1)),
            active: active,
            rules: laneRules)
    }

    func active(of line: Int) -> [QueuedDelivery] {
        inFlight.values.compactMap { $0.line == line ? $0.delivery : nil }
    }

    private func isBusy(_ line: Int) -> Bool {
        lines[line].inFlight > 0 || tests.values.contains { $0.line == line }
    }

    private mutating func move(to kept: [Line], _ places: [Int: Int]) {
        lines = kept
        lineOfNumber = [:]
        for (place, line) in kept.enumerated() where !line.isGone { lineOfNumber[line.waiting.number] = place }
        inFlight = inFlight.compactMapValues { entry in
            var entry = entry
            guard let place = places[entry.line] else { return nil }
            entry.line = place
            return entry
        }
        tests = tests.compactMapValues { test in places[test.line].map { ($0, test.reply) } }
        firstLine = 0
    }
}

extension DispatchTurn.Line {
    /// The same line for a target that may have other settings now.
    fileprivate func goingOn(with target: Dispatcher.Target, isChanged: Bool) -> Self {
        var line = self
        if target.settings.rate != line.target.settings.rate { line.pace = target.settings.rate.map(Pace.init) }
        line.target = target
        line.isGone = false
        // Who changes a target, or brings it back, says that it is worth trying now.
        if isChanged || isGone { line.health.tryAgain() }
        return line
    }

    /// The line of a target that is in the configuration no more: nothing starts, nothing is kept in memory.
    fileprivate var gone: Self {
        var line = self
        line.isGone = true
        line.waiting = TargetLine(
            number: waiting.number, hasStopped: false, nextDue: nil, active: [],
            rules: LaneRules(parked: [], skipping: []))
        return line
    }
}
