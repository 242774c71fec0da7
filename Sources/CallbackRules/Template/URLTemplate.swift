package import CallbackCore

/// The URL of a webhook: path and query may come from the event, scheme and host never.
package struct URLTemplate: Hashable, Sendable {
    private let template: Template
    /// How many segments of the template stand before the first `?`; that segment itself counts.
    private let pathSegments: Int

    package var isConstant: Bool { template.isConstant }
    package var readsBody: Bool { template.readsBody }

    /// - Returns: the template, or nil where an expression stands before the path.
    init?(_ template: Template) {
        self.template = template
        var literal = ""
        var pathSegments = template.segments.count
        for (index, segment) in template.segments.enumerated() {
            guard case .text(let text) = segment else {
                guard Self.isBeyondHost(literal) else { return nil }
                continue
            }
            literal += text
            if pathSegments == template.segments.count, text.contains("?") || text.contains("#") {
                pathSegments = index + 1
            }
        }
        self.pathSegments = pathSegments
    }

    /// Whether the host has ended in what was read so far.
    private static func isBeyondHost(_ literal: String) -> Bool {
        guard let scheme = literal.firstRange(of: "://") else { return false }
        return literal[scheme.upperBound...].contains { $0 == "/" || $0 == "?" || $0 == "#" }
    }

    package func render(_ event: EventView) throws(RenderingError) -> String {
        let path = try Template(segments: Array(template.segments[..<pathSegments])).render(event, as: .urlPath)
        let query = try Template(segments: Array(template.segments[pathSegments...])).render(event, as: .urlQuery)
        let url = path + query
        // "." and ".." cannot be escaped: every client resolves them, so a value could climb out of its place.
        let climbs = url.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").contains { $0 == "." || $0 == ".." }
        if climbs && !isConstant {
            throw RenderingError("a value makes \".\" or \"..\" a part of the URL's path")
        }
        return url
    }
}

extension TemplateCompiler {
    /// The URL of a webhook; nil where it is wrong.
    package mutating func compileURL(_ text: String, at place: ConfigPlace) -> URLTemplate? {
        guard let template = compile(text, at: place, for: .urlPath) else { return nil }
        guard let url = URLTemplate(template) else {
            let help = "write scheme and host out; path and query may hold {{ … }}"
            report(.host, "the host of a URL never comes from a template", place, help: help)
            return nil
        }
        return url
    }
}
