import CallbackTestKit
import FoundationEssentials

/// What a receiver accepted, held against what was committed.
struct LoadLedger {
    private struct Body: Decodable {
        struct Values: Decodable {
            struct Row: Decodable { var displayName: String }
            var new: Row?
            var old: Row?
        }
        var id: String
        var type: String
        var subject: String
        var sequence: String
        var data: Values
    }

    struct Receipt {
        var eventID: String
        var type: String
        var subject: String
        var value: String
        var previous: String?
        var sequence: String
        var body: [UInt8]

        var key: String { "\(type) \(value)" }
    }

    /// The first acceptance of each, in the order in which they came.
    private(set) var receipts: [Receipt] = []
    /// Requests that came again.
    private(set) var duplicates = 0
    /// Broken promises, in words.
    private(set) var objections: [String] = []
    private var positions: [String: Int] = [:]
    private var eventIDs: Set<String> = []
    private var taken = 0

    /// Takes what came since the last call. Events of other types are left out.
    mutating func take(_ requests: [LoopbackRequest]) throws {
        for request in requests[taken...] {
            let body = try JSONDecoder().decode(Body.self, from: Data(request.body))
            guard body.type.hasPrefix("domain.") else { continue }
            take(request, body)
        }
        taken = requests.count
    }

    private mutating func take(_ request: LoopbackRequest, _ body: Body) {
        guard let webhookID = request.header("webhook-id") else { return objections.append("no webhook-id") }
        if let position = positions[webhookID] {
            duplicates += 1
            if receipts[position].body != request.body { objections.append("\(webhookID) came with another body") }
            return
        }
        if !eventIDs.insert(body.id).inserted { objections.append("\(body.id) came under two webhook-ids") }
        positions[webhookID] = receipts.count
        let value = body.data.new?.displayName ?? body.data.old?.displayName ?? ""
        receipts.append(
            Receipt(
                eventID: body.id, type: body.type, subject: body.subject, value: value,
                previous: body.data.new == nil ? nil : body.data.old?.displayName, sequence: body.sequence,
                body: request.body))
    }

    /// Everything that is wrong with the receipts, given what was committed.
    func verdict(on committed: [LoadChange]) -> [String] {
        var wrong = objections
        let wanted = Set(committed.map(\.key))
        let found = Set(receipts.map(\.key))
        let lost = committed.filter { !found.contains($0.key) }
        if !lost.isEmpty { wrong.append("\(lost.count) lost, the first is \(lost[0])") }
        let strange = receipts.filter { !wanted.contains($0.key) }
        if !strange.isEmpty { wrong.append("\(strange.count) never committed, the first is \(strange[0].key)") }
        if receipts.count != found.count { wrong.append("\(receipts.count - found.count) changes have two events") }
        let expected = Dictionary(grouping: committed, by: \.subject)
        for (subject, received) in Dictionary(grouping: receipts, by: \.subject) {
            let order = expected[subject, default: []]
            if received.map(\.key) != order.map(\.key) {
                wrong.append("\(subject) came as \(received.map(\.key)), was committed as \(order.map(\.key))")
            }
            if received.map(\.previous) != order.map(\.previous) { wrong.append("\(subject): wrong old values") }
            if received.map(\.sequence) != received.map(\.sequence).sorted() {
                wrong.append("\(subject): sequence numbers go back")
            }
        }
        return wrong
    }

    var webhookIDs: some Collection<String> { positions.keys }

    /// What each accepted event says, by the event's id.
    var keys: [String: String] {
        Dictionary(receipts.map { ($0.eventID, $0.key) }, uniquingKeysWith: { first, _ in first })
    }

    /// What a hook wrote, a line `<event id> <subject>` for each run, held against what it should have run for.
    /// - Returns: objections, and how many runs were repeated.
    func hookVerdict(_ output: String, on committed: [LoadChange]) -> (objections: [String], duplicates: Int) {
        let lines = output.split(separator: "\n").map(String.init)
        let keys = keys
        var first: [String: [String]] = [:]
        var seen: Set<String> = []
        for line in lines where seen.insert(line).inserted {
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 2, let key = keys[words[0]] else { return (["a strange line: \(line)"], 0) }
            first[words[1], default: []].append(key)
        }
        let wanted = Dictionary(grouping: committed.filter(\.isForHook), by: \.subject).mapValues { $0.map(\.key) }
        var wrong: [String] = []
        for subject in Set(wanted.keys).union(first.keys) where wanted[subject] != first[subject] {
            wrong.append("hook, \(subject): ran for \(first[subject] ?? []), not for \(wanted[subject] ?? [])")
        }
        return (wrong, lines.count - seen.count)
    }
}
