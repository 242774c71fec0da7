extension PacketGrammar {
    /// Compares an element with its grammar.
    ///
    /// - Returns: the first wrong value, 1019, which concerns this operation only; nil where all is well.
    /// - Throws: 1014 where elements are missing, unknown, or in the wrong order: then the whole packet is broken.
    func check(_ node: PacketNode) throws(PacketError) -> PacketError? {
        switch self {
        case .value(let type):
            if let child = node.children.first {
                throw .malformed("<\(child.name)> inside <\(node.name)>, which holds text only", at: child.position)
            }
            return type.objection(to: node.text).map { .invalid(node.name, $0) }
        case .empty:
            try Self.refuseText(in: node)
            if let child = node.children.first { throw Self.unexpected(child, in: node, []) }
            return nil
        case .sequence(let parts):
            try Self.refuseText(in: node)
            return try Self.checkSequence(parts, of: node)
        case .anyOrder(let parts):
            try Self.refuseText(in: node)
            return try Self.checkAnyOrder(parts, of: node)
        }
    }

    private static func checkSequence(_ parts: [Part], of node: PacketNode) throws(PacketError) -> PacketError? {
        var rest = node.children[...]
        var wrongValue: PacketError?
        for part in parts {
            let found = try take(part, from: &rest, of: node)
            wrongValue = wrongValue ?? found
        }
        if let child = rest.first { throw unexpected(child, in: node, parts) }
        return wrongValue
    }

    private static func take(
        _ part: Part, from rest: inout ArraySlice<PacketNode>, of node: PacketNode
    ) throws(PacketError) -> PacketError? {
        switch part {
        case .choice(let options, let required):
            guard let next = rest.first, let option = options.first(where: { $0.begins(with: next) }) else {
                if required { throw missing(part, before: rest.first, in: node) }
                return nil
            }
            return try take(option, from: &rest, of: node)
        case .element(let element):
            var count = 0
            var wrongValue: PacketError?
            while let next = rest.first, next.isNamed(element.name), count < element.occurs.upperBound {
                let found = try element.content.check(next)
                wrongValue = wrongValue ?? found
                rest.removeFirst()
                count += 1
            }
            guard count >= element.occurs.lowerBound else { throw missing(part, before: rest.first, in: node) }
            return wrongValue
        }
    }

    private static func checkAnyOrder(_ parts: [Part], of node: PacketNode) throws(PacketError) -> PacketError? {
        var counts = [Int](repeating: 0, count: parts.count)
        var wrongValue: PacketError?
        for child in node.children {
            guard let index = parts.firstIndex(where: { $0.begins(with: child) }), counts[index] < parts[index].limit
            else { throw unexpected(child, in: node, parts) }
            counts[index] += 1
            var rest = [child][...]
            let found = try take(parts[index], from: &rest, of: node)
            wrongValue = wrongValue ?? found
        }
        if let absent = zip(parts, counts).first(where: { $0.0.isRequired && $0.1 == 0 })?.0 {
            throw missing(absent, before: nil, in: node)
        }
        return wrongValue
    }

    private static func refuseText(in node: PacketNode) throws(PacketError) {
        guard node.text.isBlank else {
            throw .malformed("text inside <\(node.name)>, where only elements may stand", at: node.position)
        }
    }

    private static func missing(_ part: Part, before next: PacketNode?, in node: PacketNode) -> PacketError {
        let expected = part.names.map { "<\($0)>" }.joined(separator: " or ")
        let instead = next.map { "before <\($0.name)>" } ?? "at its end"
        return .malformed(
            "<\(node.name)> lacks \(expected) \(instead)", at: next?.position ?? node.position)
    }

    private static func unexpected(_ child: PacketNode, in node: PacketNode, _ parts: [Part]) -> PacketError {
        guard parts.contains(where: { $0.begins(with: child) }) else {
            return .malformed("<\(child.name)> is not known inside <\(node.name)>", at: child.position)
        }
        return .malformed(
            "<\(child.name)> is repeated or out of order inside <\(node.name)>", at: child.position)
    }
}
