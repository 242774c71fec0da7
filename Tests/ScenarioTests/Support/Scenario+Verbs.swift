import CallbackTestKit
import Testing

extension Scenario {
    /// Runs a verb of callbackd.
    /// - Returns: what it printed.
    /// - Throws: `ScenarioError` where it ends otherwise than expected.
    @discardableResult
    func verb(_ words: String..., expecting status: Int32 = 0) throws -> String {
        try checked(words, status).output
    }

    /// Runs a verb with `--json`.
    func json(_ words: String..., expecting status: Int32 = 0) throws -> JSON {
        try JSON(parsing: checked(words + ["--json"], status).output)
    }

    private func checked(_ words: [String], _ status: Int32) throws -> Shell.Result {
        let result = try callbackd(words)
        guard result.status == status else {
            throw ScenarioError(
                "callbackd \(words.joined(separator: " ")): exit \(result.status) and not \(status): "
                    + result.output + result.errors)
        }
        return result
    }

    /// Waits until a delivery is in this state.
    /// - Returns: the delivery as `deliveries show --json` gives it.
    @discardableResult
    func delivery(_ name: String, is state: String) throws -> JSON {
        var last = JSON.null
        try eventually("delivery \(name) is \(state), it is \(last)") {
            let result = try callbackd(["deliveries", "show", name, "--json"])
            guard result.status == 0 else { return false }
            last = try JSON(parsing: result.output)
            return last["state"].text == state
        }
        return last
    }

    /// Waits until the journal holds so many events.
    func journal(holds count: Int) throws {
        try eventually("the journal holds \(count) events") {
            let result = try callbackd(["events", "list", "--limit", "100000", "--json"])
            guard result.status == 0 else { return false }
            return try JSON(parsing: result.output).elements.count >= count
        }
    }

    /// Waits until nothing is owed any more.
    func nothingIsOwed() throws {
        try eventually("nothing waits for a target") {
            try json("targets", "list").elements.allSatisfy { target in
                ["waiting", "deferred", "stopped"].allSatisfy { target[$0] == 0 }
            }
        }
    }

    /// The ids of all deliveries in this state.
    func deliveries(_ state: String) throws -> [String] {
        try json("deliveries", "list", "--state", state, "--limit", "100000").elements.compactMap {
            $0["delivery"].text
        }
    }

    /// Lets everything go on that is held, as an operator would after a look at it.
    /// - Returns: how many deliveries that were.
    func releaseHeld() throws -> Int {
        let held = try deliveries("held")
        guard !held.isEmpty else { return 0 }
        let result = try callbackd(["deliveries", "release"] + held)
        guard result.status == 0 else { throw ScenarioError("release: \(result.output)\(result.errors)") }
        return held.count
    }

    /// Writes a hook script into the scenario's folder.
    /// - Returns: its path.
    func hook(_ name: String, _ text: String) throws -> String {
        try folder.write(name, "#!/bin/sh\n" + filled(text) + "\n", mode: 0o755)
    }

    /// Brings a stopped receiver back on its port.
    func receiverAgain(
        _ script: @escaping LoopbackReceiver.Script = { _ in .status(204) }
    ) throws -> LoopbackReceiver {
        try LoopbackReceiver(port: receiver.port, script: script)
    }
}

extension LoopbackRequest {
    /// The body as JSON.
    var json: JSON {
        get throws { try JSON(parsing: text) }
    }

    var webhookID: String { header("webhook-id") ?? "" }
}

extension Sequence<LoopbackRequest> {
    /// How many different deliveries there are among the requests.
    var differentIDs: Int { Set(map(\.webhookID)).count }

    /// The requests' events by type.
    func byType() throws -> [String: JSON] {
        try Dictionary(map { request in (try request.json["type"].text ?? "", try request.json) }) { _, later in later }
    }
}

extension String {
    /// Without the line end that programs print.
    var trimmed: String { hasSuffix("\n") ? String(dropLast()) : self }
}
