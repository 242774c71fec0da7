import CallbackCore
import CallbackStore

/// Going on with another plan, between two turns. What is in flight stays in flight.
extension DispatchTurn {
    mutating func adopt(_ next: Dispatcher.Plan, changed: Set<TargetName>) throws {
        plan = next
        shelf.put(next.book, version: next.version)
        let parked = next.parkedRules
        // Rules that came new have no deliveries yet: only where one went or came back is the file read again.
        let readsAgain = parked != parkedRules
        parkedRules = parked
        queue.park(rules: parked.sorted())

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
            if lines[old].isGone { kept[last].isPaused = try queue.isPaused(target: number) }
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
            isPaused: try queue.isPaused(target: number))
    }

    /// Forgets what waits in memory and reads the queue from its beginning, after a change of many deliveries.
    mutating func readAgain() throws {
        for index in lines.indices where !lines[index].isGone {
            lines[index].waiting = try waiting(number: lines[index].waiting.number, active: active(of: index))
        }
    }

    private func waiting(number: Int64, active: [QueuedDelivery]) throws -> TargetLine {
        TargetLine(
            number: number,
            hasStopped: try queue.hasStopped(target: number),
            nextDue: try queue.nextDue(target: number, after: Timestamp(milliseconds: -1)),
            active: active,
            isParked: { [parkedRules] in parkedRules.contains($0) })
    }

    private func active(of line: Int) -> [QueuedDelivery] {
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
            places[entry.line].map { InFlight(line: $0, delivery: entry.delivery, retry: entry.retry) }
        }
        tests = tests.compactMapValues { test in places[test.line].map { ($0, test.reply) } }
        firstLine = 0
    }
}

extension DispatchTurn.Line {
    /// The same line for a target that may have other settings now.
    fileprivate func goingOn(with target: Dispatcher.Target, isChanged: Bool) -> Self {
        var line = self
        line.target = target
        line.isGone = false
        // Who changes a target, or brings it back, says that it is worth trying now.
        if isChanged || isGone { line.cooling = Cooling() }
        return line
    }

    /// The line of a target that is in the configuration no more: nothing starts, nothing is kept in memory.
    fileprivate var gone: Self {
        var line = self
        line.isGone = true
        line.waiting = TargetLine(
            number: waiting.number, hasStopped: false, nextDue: nil, active: [], isParked: { _ in true })
        return line
    }
}

extension Dispatcher.Plan {
    /// The numbers of rules that are not in force: their deliveries are parked.
    var parkedRules: Set<Int64> {
        Set(registry.ruleNames.keys).subtracting(rules.compactMap { registry.rules[$0] })
    }
}
