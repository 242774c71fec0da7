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
        let body = delivery.body ?? templates.body
        guard
            isEarlier || url != nil || body != nil || templates.isTemplated || templates.format != .cloudEvents
        else { return .success(nil) }
        do throws(RenderingError) {
            let order = body == nil && templates.format == .cloudEventsBinary ? self.order(of: rule) : nil
            let needsBody =
                templates.readsBody || url?.readsBody == true || body?.readsBody == true || order?.readsBody == true
            let view = try EventView(event, needsBody: needsBody)
            var rendering = try templates.rendering(view, withFixed: isEarlier, secrets: secrets)
            rendering.url = try url?.render(view)
            try templates.write(event, view, body, into: &rendering)
            if let key = order.flatMap({ Self.orderingKey($0, view) }), !key.isEmpty {
                rendering.attributes["partitionkey"] = key
            }
            return .success(rendering)
        } catch {
            return .failure(RenderingError("rule \"\(rule)\", target \"\(target)\": \(error.message)"))
        }
    }
}

extension RuleBook {
    /// What a target is sent to try it, for an event that no rule asked for: its format, without the fields of URL and
    /// headers that such an event does not have. Fields that are missing in the body are empty.
    /// - Returns: nil where the event goes as it is.
    package func trial(target: TargetName, event: Event) -> Result<Rendering?, RenderingError> {
        guard let templates = targets[target], templates.format != .cloudEvents else { return .success(nil) }
        let body = templates.body ?? (templates.format == .template ? bodies(for: target).first : nil)
        var rendering = Rendering()
        do throws(RenderingError) {
            try templates.write(event, try EventView(event), body, into: &rendering)
        } catch {
            return .failure(error)
        }
        return .success(rendering)
    }
}

extension RuleBook.Order {
    fileprivate var readsBody: Bool {
        if case .template(let template) = self { template.readsBody } else { false }
    }
}

extension TargetTemplates {
    /// Writes the event, or the body that takes its place.
    fileprivate func write(
        _ event: Event,
        _ view: EventView,
        _ document: DocumentTemplate?,
        into rendering: inout Rendering
    ) throws(RenderingError) {
        var type: String?
        if let document {
            rendering.body = try document.render(view)
            type = document.type.text
        } else {
            switch format {
            case .cloudEvents: return
            case .cloudEventsBinary:
                guard let parts = event.binaryParts else { throw Self.unreadable(event) }
                rendering.body = parts.data
                rendering.attributes = parts.attributes
            case .standard:
                guard let body = event.standardBody else { throw Self.unreadable(event) }
                rendering.body = body
            case .template: throw RenderingError("the target has the format template, and no body")
            }
            type = MediaType.json.text
        }
        // A header of the target that says it counts, in the version that counts.
        if !hasContentType { rendering.contentType = type }
    }

    private static func unreadable(_ event: Event) -> RenderingError {
        RenderingError("the text of event \(event.id) is not that of an event")
    }

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
