import CallbackTestKit

/// What came of every change at three targets: one that is sent to again, one that is asked first, one that is sent to
/// at most once.
struct SoakLedger {
    private(set) var plain = LoadLedger()
    private(set) var asked = LoadLedger()
    private(set) var once = LoadLedger()
    /// The changes that the target `once` may never have seen, because its dead letters say so.
    private(set) var given: Set<String> = []
    private var objections: [String] = []
    private let receiver: ProcessingReceiver

    /// Reads everything, once nothing is owed any more.
    init(_ scenario: Scenario, _ receiver: ProcessingReceiver) throws {
        self.receiver = receiver
        let posts = Dictionary(grouping: scenario.receiver.requests.filter { $0.method == "POST" }, by: \.path)
        try plain.take(posts["/plain", default: []])
        try asked.take(posts["/asked", default: []])
        try once.take(posts["/once", default: []])
        let keys = plain.keys
        for letter in try scenario.json("deliveries", "list", "--state", "dead", "--limit", "100000").elements {
            guard letter["target"] == "once", letter["reason"] == "uncertain",
                let key = keys[letter["event"].text ?? ""]
            else {
                objections.append("a dead letter that should not be: \(letter)")
                continue
            }
            given.insert(key)
        }
    }

    /// Requests that came again at the target that is sent to again.
    var duplicates: Int { plain.duplicates }

    /// Everything that is wrong, given what was committed.
    func verdict(on committed: [LoadChange]) -> [String] {
        var wrong = objections
        wrong += plain.verdict(on: committed).map { "plain: \($0)" }
        wrong += asked.verdict(on: committed).map { "asked: \($0)" }
        let seen = Set(once.receipts.map(\.key))
        wrong += once.verdict(on: committed.filter { seen.contains($0.key) || !given.contains($0.key) })
            .map { "once: \($0)" }
        if once.duplicates > 0 { wrong.append("once: \(once.duplicates) came twice") }
        let twice = Set(asked.webhookIDs).filter { receiver.processed[$0] != 1 }
        if !twice.isEmpty { wrong.append("asked: \(twice.count) were not processed exactly once") }
        return wrong
    }
}
