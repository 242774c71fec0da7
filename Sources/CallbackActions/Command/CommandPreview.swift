import CallbackCore
import HookProtocol

/// What a command would be given, made by the code that gives it.
enum CommandPreview {
    static let rehearsal = DeliveryRehearsal(parts: [.arguments, .environment, .input], preview: preview)

    @Sendable
    private static func preview(
        _ settings: TargetSettings, _ attempt: Attempt
    ) -> Result<DeliveryPreview, RehearsalProblem> {
        let job = CommandTarget(settings).job(attempt, id: 0)
        if let flaw = job.flaw { return .failure(RehearsalProblem(flaw)) }
        var preview = DeliveryPreview()
        preview.arguments = job.arguments
        preview.environment = Dictionary(job.environment.map { ($0.name, $0.value) }) { first, _ in first }
        // What is no JSON is shown as its text.
        preview.input = (try? JSONParser.parse(job.stdin)) ?? .string(String(decoding: job.stdin, as: UTF8.self))
        return .success(preview)
    }
}
