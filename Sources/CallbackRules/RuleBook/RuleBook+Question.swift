package import CallbackCore

extension RuleBook {
    /// What the question whether a delivery was processed is made of, as this rule book has it: always the one in force.
    /// - Returns: nil where nothing in it comes from the event.
    package func question(
        target: TargetName,
        event: Event,
        secrets: (String) -> String?
    ) -> Result<Rendering?, RenderingError> {
        guard let templates = targets[target] else {
            return .failure(RenderingError("there is no target \"\(target)\" in this rule book"))
        }
        guard templates.question.isTemplated || templates.isTemplated else { return .success(nil) }
        do throws(RenderingError) {
            let view = try EventView(event, needsBody: true)
            return .success(try templates.question(view, secrets: secrets))
        } catch {
            return .failure(RenderingError("target \"\(target)\", verify: \(error.message)"))
        }
    }
}

/// The compiled templates of a target's `verify`.
struct QuestionTemplates: Sendable {
    var url: URLTemplate?
    var arguments: [Template]?

    var isTemplated: Bool {
        url.map { !$0.isConstant } ?? false || !(arguments ?? []).allSatisfy(\.isConstant)
    }
}

extension TargetTemplates {
    fileprivate func question(
        _ event: EventView, secrets: (String) -> String?
    ) throws(RenderingError) -> Rendering {
        var rendering = try rendering(event, withFixed: false, secrets: secrets)
        rendering.arguments = nil
        if let url = question.url, !url.isConstant { rendering.url = try url.render(event) }
        if let arguments = question.arguments, !arguments.allSatisfy(\.isConstant) {
            var texts: [String] = []
            for template in arguments { texts.append(try template.render(event, as: .argument, secrets: secrets)) }
            rendering.arguments = texts
        }
        return rendering
    }
}
