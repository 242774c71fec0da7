package import CallbackCore

extension RuleBook {
    /// What an event of the journal comes to at one target, by the rules of this book.
    /// - Returns: each rule that sends it there, with its lane. None where no rule does.
    /// - Throws: `RenderingError` where the event's text is not the JSON that it must be.
    package func replayed(_ event: Event, to target: TargetName) throws(RenderingError) -> [RuleMatch] {
        let view = try EventView(event)
        let captured = CapturedEvent(
            type: view.type, subject: view.subject, time: view.time, data: view.data, origin: .none)
        return matches(captured, source: view.source).filter { $0.targets.contains(target) }
    }
}
