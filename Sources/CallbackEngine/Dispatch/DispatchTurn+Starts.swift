import CallbackCore
import CallbackRules
import CallbackStore

/// What can start is chosen, rendered and handed to its action.
extension DispatchTurn {
    mutating func startWhatCan() throws {
        guard drainDeadline == nil, commandsUnderWay == 0, !lines.isEmpty else { return }
        let now = clock.now()
        let monotonic = clock.monotonic()
        looked = (now, monotonic)
        // Targets take turns, one delivery each, until nobody can start or everything is in flight that may be.
        var candidates: [Int] = []
        var busy = 0
        for offset in lines.indices {
            let index = (firstLine + offset) % lines.count
            if lines[index].inFlight > 0 { busy += 1 }
            guard lines[index].mayStart else { continue }
            try lines[index].waiting.refill(now: now, queue)
            guard !lines[index].waiting.ready.isEmpty else { continue }
            candidates.append(index)
            if lines[index].inFlight == 0 { busy += 1 }
        }
        let fair = FairShare(limit: plan.inFlightLimit, targets: busy)
        firstLine = (firstLine + 1) % lines.count
        while !candidates.isEmpty, inFlight.count < plan.inFlightLimit {
            var going: [Int] = []
            for index in candidates where inFlight.count < plan.inFlightLimit {
                guard lines[index].inFlight < lines[index].target.settings.concurrency,
                    lines[index].health.admits(inFlight: lines[index].inFlight, at: now),
                    lines[index].pace?.admits(at: monotonic) ?? true,
                    fair.admits(
                        inFlight: lines[index].inFlight, total: inFlight.count,
                        answers: FairShare.answers(lines[index].answeredAt, at: now))
                else { continue }
                lines[index].pace?.begin(at: monotonic)
                try startOne(of: index)
                if !lines[index].waiting.ready.isEmpty { going.append(index) }
            }
            candidates = going
        }
        handOver()
    }

    private mutating func startOne(of index: Int) throws {
        guard var delivery = lines[index].waiting.start() else { return }
        if delivery.event == nil { delivery.event = try queue.event(delivery.id.event) }
        guard let event = delivery.event, let rule = plan.registry.ruleNames[delivery.rule] else {
            // Retention never removes an event that is owed, so the file has been tampered with.
            throw StateError(
                kind: .corrupt, message: "the event or rule of delivery \(delivery.id) is missing from the state file")
        }
        lines[index].inFlight += 1
        lines[index].health.started(delivery.id)
        inFlight[delivery.id] = InFlight(line: index, delivery: delivery, retry: nil)
        if delivery.state == .uncertain { return try ask(delivery, event, rule, of: index) }
        if isNotedFirst(delivery, of: index, at: looked.monotonic) { return note(delivery, of: index) }
        try prepare(delivery, event, rule, of: index)
    }

    /// Makes the attempt that sends a delivery.
    mutating func prepare(_ delivery: QueuedDelivery, of index: Int) throws {
        guard let event = delivery.event, let rule = plan.registry.ruleNames[delivery.rule] else { return }
        try prepare(delivery, event, rule, of: index)
    }

    private mutating func prepare(
        _ delivery: QueuedDelivery, _ event: Event, _ rule: RuleName, of index: Int
    ) throws {
        let name = lines[index].name
        var rendering: Rendering?
        let book: RuleBook
        do {
            book = try shelf.book(delivery.book, queue)
        } catch let error as StateError where error.kind == .newer || error.kind == .corrupt {
            return fail(delivery, reason: error.message)
        }
        let isOnDead = DeliveryCause.isOnDead(delivery.cause)
        if !isOnDead, let retry = book.retry(rule: rule, target: name) { inFlight[delivery.id]?.retry = retry }
        switch book.rendering(
            rule: rule, target: name, event: event, current: plan.book, isOnDead: isOnDead, secrets: plan.secrets)
        {
        case .success(let rendered): rendering = isOnDead ? try withDeadLetter(rendered, delivery.id) : rendered
        case .failure(let error): return fail(delivery, reason: "cannot fill the template: \(error)")
        }
        lines[index].outgoing.append(
            Attempt(
                delivery: delivery.id, number: delivery.attempts + 1,
                webhookID: WebhookID.make(event: event.id, rule: rule, target: name, cause: delivery.cause),
                target: name, event: event, rendering: rendering))
    }

    /// An attempt that failed before anything was sent: it waits for its schedule like any other.
    private mutating func fail(_ delivery: QueuedDelivery, reason: String) {
        ended(
            AttemptReport(
                delivery: delivery.id, outcome: .unavailable(retryAfter: nil), startedAt: clock.now(),
                duration: .zero, reason: reason, isLocal: true))
    }

    mutating func handOver() {
        for index in lines.indices where !lines[index].outgoing.isEmpty {
            lines[index].target.action.start(lines[index].outgoing)
            lines[index].outgoing.removeAll(keepingCapacity: true)
        }
        for index in lines.indices where !lines[index].questions.isEmpty {
            lines[index].target.verifier?.start(lines[index].questions)
            lines[index].questions.removeAll(keepingCapacity: true)
        }
    }
}
