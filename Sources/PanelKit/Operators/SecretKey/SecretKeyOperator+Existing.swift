import GRDB

extension SecretKeyOperator {
    private static let filter = PacketGrammar.Part.required(
        "filter",
        .sequence([
            .any(
                "key", .value(.separately(.name)),
                "The key, or what lists name it by (sha256: and 16 digits); without any, all keys")
        ]), "Which keys")

    private static let info: PacketGrammar = .sequence([
        .required("key", .any, "The key where the filter named it, else what lists name it by"),
        .required("ip_address", .string, "From where it may be used"),
        .required("description", .string, "What it is for"),
        .optional("login", .name, "Whom it acts for"),
    ])

    /// Describes keys: for each address from which it may be used once.
    static let getInfo = PacketOperation.read(
        "get_info", "Describe secret keys",
        grammar: .sequence([filter]),
        answer: [
            .choice(
                [
                    .several("key_info", info, "A key and one of its addresses"),
                    .required("key", .any, "As in the filter, where there is no such key"),
                ], required: false)
        ], failure: failure
    ) { node, view in
        try forEachKey(node, view, none: [.ok([])]) { name, rows in
            rows.map { row in
                var nodes = [
                    PacketNode("key", text: name), PacketNode("ip_address", text: row.address),
                    PacketNode("description", text: row.description),
                ]
                if let login = row.login { nodes.append(PacketNode("login", text: login)) }
                return PacketNode("key_info", children: nodes)
            }
        }
    }

    /// Removes keys; whoever uses one is not let in any more.
    static let delete = PacketOperation.change(
        "delete", "Remove secret keys; they are not valid from then on",
        grammar: .sequence([filter]),
        answer: [.optional("key", .any, "The key as in the filter, else what lists name it by")], failure: failure
    ) { node, operation in
        let nothing = PacketResult.failed(PacketError(.unknownObject, "There is no secret key"))
        return try forEachKey(node, operation.view, none: [nothing]) { name, rows in
            for digest in Set(rows.map(\.digest)) {
                try operation.db.change(sql: "DELETE FROM secret_keys WHERE key_id = ?", arguments: [digest])
            }
            return [PacketNode("key", text: name)]
        }
    }

    private static let failure: PacketOperation.Failure = { node, error in
        let keys = node.child("filter")?.children ?? []
        return keys.isEmpty
            ? [.failed(error)] : keys.map { .failed(error, [PacketNode("key", text: $0.text.whiteSpaceCollapsed)]) }
    }

    private static func forEachKey(
        _ node: PacketNode, _ view: PanelView, none: [PacketResult],
        _ body: (String, [SecretKeyRow]) throws -> [PacketNode]
    ) throws -> [PacketResult] {
        let asked = (node.child("filter")?.children ?? []).map(\.text.whiteSpaceCollapsed)
        guard !asked.isEmpty else {
            let rows = try SecretKeyRow.all(in: view)
            var digests: [String] = []
            for row in rows where digests.last != row.digest { digests.append(row.digest) }
            guard !digests.isEmpty else { return none }
            let keys = Dictionary(grouping: rows, by: \.digest)
            return try digests.map { .ok(try body("sha256:" + SecretKey.lookup(ofDigest: $0), keys[$0] ?? [])) }
        }
        return try asked.map { name in
            let rows = try rows(of: name, in: view)
            guard !rows.isEmpty else {
                return .failed(
                    PacketError(.unknownObject, "There is no such secret key"), [PacketNode("key", text: name)])
            }
            return .ok(try body(name, rows))
        }
    }

    /// The rows of a key, named by itself or as lists name it. Keys of others are not there for a reseller.
    private static func rows(of name: String, in view: PanelView) throws -> [SecretKeyRow] {
        let mark = "sha256:"
        let rows: [SecretKeyRow]
        if name.hasPrefix(mark) {
            rows = try SecretKeyRow.all(lookup: String(name.dropFirst(mark.count)), in: view.db)
        } else {
            let digest = SecretKey(text: name).digest
            let found = try SecretKeyRow.all(lookup: SecretKey.lookup(ofDigest: digest), in: view.db)
            rows = found.filter { SecretKey.areEqual($0.digest, digest) }
        }
        return rows.filter { view.scope == nil || $0.client == view.scope }
    }
}
