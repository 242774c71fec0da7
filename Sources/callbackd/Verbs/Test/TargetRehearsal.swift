import CallbackActions
import CallbackCore
import CallbackRules

/// Shows what the first attempt of a delivery would send, by the code of the actions themselves.
struct TargetRehearsal: Sendable {
    private let targets: [TargetName: TargetSettings]

    init(_ configuration: Configuration) {
        targets = Dictionary(configuration.targets.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    @Sendable
    func preview(
        rule: RuleName,
        target: TargetName,
        event: Event,
        rendering: Rendering?
    ) -> Result<DeliveryPreview, RehearsalProblem> {
        guard let settings = targets[target],
            let rehearsal = Parts.actions.first(where: { $0.kind == settings.kind })?.rehearsal
        else { return .failure(RehearsalProblem("what is sent to \"\(target)\" cannot be shown")) }
        let attempt = Attempt(
            delivery: DeliveryID(event: event.sequence, ordinal: 1), number: 1,
            webhookID: WebhookID.make(event: event.id, rule: rule, target: target, cause: "rule"), target: target,
            event: event, rendering: rendering)
        return rehearsal.preview(settings, attempt)
    }
}
