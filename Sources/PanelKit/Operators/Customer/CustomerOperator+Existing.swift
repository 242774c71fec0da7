import GRDB

extension CustomerOperator {
    /// Describes customers.
    static let get = PacketOperation.read(
        "get", "Describe customers",
        grammar: .sequence([
            filter.grammar,
            .required(
                "dataset",
                .anyOrder([
                    .optional("gen_info", .empty, "The account"),
                    .optional("stat", .empty, "How much there is of what"),
                ]), "What is asked"),
        ]),
        answer: ObjectFilter.echoGrammar + [
            .optional(
                "data",
                .sequence([
                    .optional("gen_info", .sequence(CustomerAccount.described), "The account"),
                    DomainStatistics.ofCustomer,
                ]), "What was asked")
        ], failure: filter.failure(echo: .filterID)
    ) { node, view in
        let dataset = node.child("dataset")
        return try filter.read(node, view, echo: .filterID) { id in
            var data = PacketNode("data")
            if dataset?.child("gen_info") != nil {
                data.children.append(
                    PacketNode("gen_info", children: try CustomerAccount(id, in: view.db).nodes))
            }
            if dataset?.child("stat") != nil {
                data.children.append(try DomainStatistics.node(ofCustomer: id, in: view.db))
            }
            return [data]
        }
    }

    /// Changes what the packet names.
    static let set = PacketOperation.change(
        "set", "Change customers; what is left out stays",
        grammar: .sequence([
            filter.grammar,
            .required(
                "values",
                .sequence([.optional("gen_info", .sequence(CustomerAccount.ofChange), "The account")]),
                "What becomes different"),
        ]),
        answer: ObjectFilter.echoGrammar, failure: filter.failure(echo: .filterID)
    ) { node, operation in
        let db = operation.db
        let info = node.child("values")?.child("gen_info") ?? PacketNode("gen_info")
        let status = try ObjectStatus.named(by: info)
        var changes: [(column: String, value: (any DatabaseValueConvertible)?)] =
            CustomerAccount.columns(of: info).map { ($0.column, $0.value) }
        if let guid = info.string("guid") { changes.append(("guid", guid)) }
        return try filter.change(node, operation, echo: .filterID) { id in
            let before = try CustomerAccount(id, in: db)
            if let login = info.string("login"), login != before.logged["login_name"] {
                try refuseTakenLogin(login, in: db)
            }
            for (column, value) in changes {
                try db.change(
                    sql: "UPDATE clients SET \(column) = ?1 WHERE id = ?2 AND \(column) IS NOT ?1",
                    arguments: [value, id])
            }
            if let status, status != before.status {
                try db.change(sql: "UPDATE clients SET status = ? WHERE id = ?", arguments: [status, id])
            }
            let after = try CustomerAccount(id, in: db)
            if !changes.isEmpty { try operation.log(.clientUpdate, id, old: before.logged, new: after.logged) }
            if before.status != after.status {
                try operation.log(.clientStatusUpdate, id, old: before.logged, new: after.logged)
            }
            return []
        }
    }

    /// Removes customers with everything that is theirs.
    static let del = PacketOperation.change(
        "del", "Remove customers with their subscriptions and domains",
        grammar: .sequence([filter.grammar]), answer: ObjectFilter.echoGrammar,
        failure: filter.failure(echo: .filterID)
    ) { node, operation in
        let db = operation.db
        return try filter.change(node, operation, echo: .filterID) { id in
            let before = try CustomerAccount(id, in: db)
            let webspaces = try Int64.fetchAll(
                db, sql: "SELECT id FROM domains WHERE cl_id = ? AND webspace_id = 0 ORDER BY id", arguments: [id])
            for webspace in webspaces { try Webspace.remove(webspace, in: operation) }
            try db.change(sql: "DELETE FROM clients WHERE id = ?", arguments: [id])
            try operation.log(.clientDelete, id, old: before.logged)
            return []
        }
    }
}
