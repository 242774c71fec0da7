package import CallbackCore

extension RuleBook {
    /// What one delivery sends, as this rule book has it.
    ///
    /// - Parameters:
    ///   - current: the rule book in force, where this one is an earlier version that the delivery was made under.
    ///     URLs come from it; then fixed headers, arguments and environment are rendered too, because the target may
    ///     have others today.
    ///   - isOnDead: the delivery follows from a dead one of the rule.
    ///   - secrets: gives the present secret of a name. What it gives is in the headers and nowhere else.
    /// - Returns: nil where the event goes as it is: nothing was parsed then. A failure cannot be cured by trying
    ///   again.
    package func rendering(
        rule: RuleName,
        target: TargetName,
        event: Event,
        current: RuleBook? = nil,
        isOnDead: Bool = false,
        secrets: (String) -> String?
    ) -> Result<Rendering?, RenderingError> {
        guard let delivery = delivery(rule: rule, target: target, isOnDead: isOnDead), let templates = targets[target]
        else {
            return .failure(RenderingError("rule \"\(rule)\" does not deliver to \"\(target)\" in this rule book"))
        }
        let book = current ?? self
        let url = book.targets[target]?.url.flatMap { $0.isConstant ? nil : $0 }
        let isEarlier = book !== self
        guard isEarlier || url != nil || delivery.body != nil || templates.isTemplated else { return .success(nil) }
        do throws(RenderingError) {
            let needsBody = templates.readsBody || url?.readsBody == true || delivery.body?.readsBody == true
            let view = try EventView(event, needsBody: needsBody)
            var rendering = try templates.rendering(view, withFixed: isEarlier, secrets: secrets)
            rendering.url = try url?.render(view)
            rendering.body = try delivery.body?.render(view)
            return .success(rendering)
        } catch {
            return .failure(RenderingError("rule \"\(rule)\", target \"\(target)\": \(error.message)"))
        }
    }
}

extension TargetTemplates {
    fileprivate func rendering(
        _ event: EventView,
        withFixed: Bool,
        secrets: (String) -> String?
    ) throws(RenderingError) -> Rendering {
        var rendering = Rendering()
        for (name, template) in headers where withFixed || !template.isConstant {
            rendering.headers[name] = try render(template, event, .header, "header \"\(name)\"", secrets)
        }
        if let arguments, withFixed || !arguments.allSatisfy(\.isConstant) {
            var texts: [String] = []
            for (number, template) in arguments.enumerated() {
                texts.append(try render(template, event, .argument, "argument \(number)", secrets))
            }
            rendering.arguments = texts
        }
        for (name, template) in environment where withFixed || !template.isConstant {
            rendering.environment[name] = try render(template, event, .environment, "environment \"\(name)\"", secrets)
        }
        return rendering
    }

    private func render(
        _ template: Template,
        _ event: EventView,
        _ place: TemplatePlace,
        _ part: @autoclosure () -> String,
        _ secrets: (String) -> String?
    ) throws(RenderingError) -> String {
        do throws(RenderingError) {
            return try template.render(event, as: place, secrets: secrets)
        } catch {
            throw RenderingError("\(part()): \(error.message)")
        }
    }
}
