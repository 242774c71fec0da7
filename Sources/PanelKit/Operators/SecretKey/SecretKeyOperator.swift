import GRDB

/// `secret_key`: keys for programs that call the panel.
struct SecretKeyOperator: Operator {
    let name = "secret_key"
    let summary = "Secret keys, with which programs call the panel in place of a login and a password"
    let operations = [Self.create, Self.getInfo, Self.delete]

    /// Makes a key and gives it out, once.
    static let create = PacketOperation.change(
        "create", "Make a secret key; it is given out only this once",
        grammar: .sequence([
            .optional(
                "ip_address", .string,
                "From where it may be used: addresses, separated by commas; by default the caller's own"),
            .optional("description", .string, "What it is for"),
            .optional("login", .name, "The administrator or reseller it acts for; by default the caller"),
        ]),
        answer: [.optional("key", .secret, "The key")]
    ) { node, operation in
        let client = try client(named: node.string("login"), in: operation.view)
        let addresses = try addresses(node.string("ip_address"), of: operation.caller)
        let key = SecretKey.random()
        for address in addresses {
            try operation.db.change(
                sql: """
                    INSERT INTO secret_keys (key_id, ip_address, description, client_id, lookup_id)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    key.digest, address, node.string("description") ?? "", client,
                    SecretKey.lookup(ofDigest: key.digest),
                ])
        }
        return [.ok([PacketNode("key", text: key.text)])]
    }

    /// - Throws: 1019 for what is no address.
    private static func addresses(_ list: String?, of caller: Caller) throws(PacketError) -> [String] {
        guard let list, !list.isEmpty else { return caller.address.map { [$0] } ?? CallerAddress.loopback }
        var addresses: [String] = []
        for part in list.split(separator: ",") {
            let written = String(part).whiteSpaceCollapsed
            guard let address = CallerAddress(written) else {
                throw .invalid("ip_address", "expected an IP address, found \"\(written.prefix(80))\"")
            }
            if !addresses.contains(address.text) { addresses.append(address.text) }
        }
        guard !addresses.isEmpty else { throw .invalid("ip_address", "there is no address in it") }
        return addresses
    }

    /// Whose key it becomes; nil for the administrator.
    ///
    /// - Throws: 1013 where there is no such account, 1006 where the caller or that account may not have keys.
    private static func client(named login: String?, in view: PanelView) throws -> Int64? {
        guard let login, login != view.caller.login else { return view.scope }
        if view.scope != nil {
            throw PacketError(.permissionDenied, "A reseller may make keys only for itself")
        }
        let request = SQLRequest<Row>(
            sql: "SELECT id, type FROM clients WHERE login = ?", arguments: [login], cached: true)
        guard let row = try request.fetchOne(view.db) else {
            throw PacketError(.unknownObject, "There is no account with login \"\(login.prefix(255))\"")
        }
        switch row[1] as String {
        case "admin": return nil
        case "reseller": return row[0]
        default:
            throw PacketError(
                .permissionDenied, "\"\(login.prefix(255))\" is a customer, and customers may not call the panel")
        }
    }
}
