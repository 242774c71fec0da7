import CallbackTestKit
import Testing

@Suite("Deliveries in doubt that are verified", .serialized)
struct VerifyTests {
    static let byURL = #"verify: {url: "http://127.0.0.1:${port}/processed/{{ subject }}"}"#

    @Test("what was processed before the connection was cut is asked about, and not sent again")
    func processed() throws {
        let receiver = ProcessingReceiver { _, _ in .processesAndCuts }
        let scenario = try Scenario(receiver, doubt: Self.byURL)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let delivery = try scenario.delivery("1-1", is: "delivered")
        #expect(Array(receiver.processed.values) == [1])
        let attempts = try scenario.attempts("1-1")
        #expect(attempts.map(\.outcome) == ["uncertain", "processed"])
        #expect(attempts.first?.reason.contains("it may have been processed: asked about at ") == true)
        #expect(attempts.last?.reason == "asked: HTTP 200, processed: counts as delivered")
        #expect(delivery["attempts"][1]["kind"] == "verify")
        #expect(daemon.stop() == 0)
    }

    @Test(
        "the question carries the delivery's id, the target's headers, and the signature that an official library makes"
    )
    func question() throws {
        let receiver = ProcessingReceiver { _, _ in .processesAndCuts }
        let scenario = try Scenario(receiver, doubt: Self.byURL)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let delivery = try scenario.delivery("1-1", is: "delivered")
        let question = try #require(receiver.questions.first)
        #expect(receiver.questions.count == 1)
        #expect(question.webhookID == delivery["webhook_id"].text)
        #expect(question.path.lowercased().hasPrefix("/processed/domain%2f"))
        #expect(question.body.isEmpty)
        #expect(question.header("content-type") == nil)
        #expect(question.header("x-account") == "7")
        #expect(try OfficialVerifier.signature(of: question) == question.header("webhook-signature"))
        #expect(daemon.stop() == 0)
    }

    @Test("what was not processed is sent again with the same id, and why tells the whole story")
    func notProcessed() throws {
        let receiver = ProcessingReceiver { number, _ in number == 1 ? .cuts : .answers }
        let scenario = try Scenario(receiver, doubt: Self.byURL)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.delivery("1-1", is: "delivered")
        #expect(Array(receiver.processed.values) == [1])
        #expect(Array(receiver.seen.values) == [2])
        let attempts = try scenario.attempts("1-1")
        #expect(attempts.map(\.outcome) == ["uncertain", "not processed", "delivered"])
        #expect(attempts[1].reason == "asked: HTTP 404, not processed: sent again")
        let why = try scenario.verb("why", "1")
        #expect(why.contains("not processed (404)") && why.contains("asked: HTTP 404, not processed: sent again"))
        #expect(daemon.stop() == 0)
    }

    @Test("an answer that says neither is asked again by the schedule, and the lane waits meanwhile")
    func askedAgain() throws {
        let receiver = ProcessingReceiver(
            answer: { $0 < 3 ? .status(500) : nil },
            conduct: { number, _ in number == 1 ? .processesAndCuts : .answers })
        let scenario = try Scenario(receiver, doubt: Self.byURL)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.sql("UPDATE domains SET displayName = 'second' WHERE name = 'a.example';")
        try scenario.delivery("2-1", is: "delivered")
        let attempts = try scenario.attempts("1-1")
        #expect(attempts.map(\.outcome) == ["uncertain", "unanswered", "unanswered", "processed"])
        #expect(attempts[1].reason.hasPrefix("asked: HTTP 500, no answer to go by: asked again at "))
        #expect(receiver.processed.values.allSatisfy { $0 == 1 })
        // The second delivery of the subject came after the last question.
        let order = scenario.receiver.requests.map(\.method)
        #expect(order == ["POST", "GET", "GET", "GET", "POST"])
        #expect(daemon.stop() == 0)
    }

    @Test("a delivery of which nothing can be found out is a dead letter at the end of its schedule, and says so")
    func neverAnswered() throws {
        let receiver = ProcessingReceiver(answer: { _ in .status(500) }, conduct: { _, _ in .processesAndCuts })
        let scenario = try Scenario(receiver, doubt: Self.byURL, retry: "[100ms, 100ms]")
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let delivery = try scenario.delivery("1-1", is: "dead")
        #expect(delivery["reason"] == "uncertain")
        #expect(try scenario.attempts("1-1").map(\.outcome) == ["uncertain", "unanswered", "unanswered"])
        #expect(Array(receiver.processed.values) == [1])
        // Redriven it is asked about first.
        #expect(try scenario.verb("dead", "redrive", "1-1").contains("asked about first"))
        try scenario.delivery("1-1", is: "dead")
        #expect(Array(receiver.seen.values) == [1])
        #expect(daemon.stop() == 0)
    }

    @Test("an uncertain delivery is listed, shown by status, and asked about at once when an operator wants it")
    func operators() throws {
        let receiver = ProcessingReceiver { _, _ in .processesAndCuts }
        let scenario = try Scenario(receiver, doubt: Self.byURL, retry: "[1h]")
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.delivery("1-1", is: "uncertain")
        #expect(try scenario.deliveries("uncertain") == ["1-1"])
        #expect(try scenario.json("status")["doubts"]["uncertain"] == 1)
        #expect(try scenario.verb("status").contains("uncertain 1, to be verified"))
        #expect(try scenario.verb("deliveries", "hold", "1-1", expecting: 1).contains("is uncertain, and stays so"))
        #expect(try scenario.verb("deliveries", "retry", "1-1").contains("asked about now"))
        try scenario.delivery("1-1", is: "delivered")
        #expect(Array(receiver.seen.values) == [1])
        #expect(daemon.stop() == 0)
    }

    @Test("a gateway's 504 is a doubt, the receiver's own 500 is not")
    func gateway() throws {
        let receiver = ProcessingReceiver { number, _ in
            number == 1 ? .processesAndAnswers(504) : number == 2 ? .processesAndAnswers(500) : .answers
        }
        let scenario = try Scenario(receiver, doubt: Self.byURL)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.delivery("1-1", is: "delivered")
        #expect(try scenario.attempts("1-1").map(\.outcome) == ["uncertain", "processed"])
        try scenario.addDomain("b.example")
        try scenario.delivery("2-1", is: "delivered")
        #expect(try scenario.attempts("2-1").map(\.outcome) == ["unavailable", "delivered"])
        #expect(daemon.stop() == 0)
    }

    @Test("a receiver that nobody reaches leaves no doubt: it is tried again")
    func refused() throws {
        let receiver = ProcessingReceiver { _, _ in .answers }
        let scenario = try Scenario(receiver, doubt: Self.byURL, retry: "[200ms, 200ms, 1h]")
        scenario.receiver.stop()
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try eventually("three attempts") { try scenario.attempts("1-1").count == 3 }
        #expect(try scenario.attempts("1-1").map(\.outcome) == ["unavailable", "unavailable", "unavailable"])
        #expect(daemon.stop() == 0)
    }

    @Test("a program answers by its exit code: 0 processed, 1 not, any other is asked again", arguments: [0, 1, 7])
    func command(exit code: Int) throws {
        let receiver = ProcessingReceiver { number, _ in number == 1 ? .cuts : .answers }
        let scenario = try Scenario(receiver, doubt: #"verify: {command: ["${dir}/asked.sh", "{{ data.new.name }}"]}"#)
        // At the first time it ends as the test wants, then it says that it was processed.
        _ = try scenario.hook(
            "asked.sh",
            #"""
            echo "$1 $EVENT_WEBHOOK_ID" >>"${dir}/hook.out"
            [ "$(wc -l <"${dir}/hook.out")" -gt 1 ] || exit CODE
            """#.split(separator: "CODE", omittingEmptySubsequences: false).joined(separator: "\(code)"))
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let delivery = try scenario.delivery("1-1", is: "delivered")
        let expected =
            switch code {
            case 0: ["uncertain", "processed"]
            case 1: ["uncertain", "not processed", "delivered"]
            default: ["uncertain", "unanswered", "processed"]
            }
        #expect(try scenario.attempts("1-1").map(\.outcome) == expected)
        #expect(try scenario.attempts("1-1")[1].reason.hasPrefix("asked: exit code \(code), "))
        let asked = try Shell.read(scenario.hookOutputPath).split(separator: "\n")
        #expect(asked.first.map(String.init) == "a.example \(delivery["webhook_id"].text ?? "?")")
        #expect(Array(receiver.seen.values) == [code == 1 ? 2 : 1])
        #expect(daemon.stop() == 0)
    }

    @Test("after verify was taken away nothing is sent blind: the delivery is a dead letter that is uncertain")
    func verifyRemoved() throws {
        let receiver = ProcessingReceiver { _, _ in .processesAndCuts }
        let scenario = try Scenario(receiver, doubt: Self.byURL, retry: "[2s]")
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.delivery("1-1", is: "uncertain")
        try scenario.configure(rules: Scenario.doubtRules)
        try scenario.verb("reload")
        let delivery = try scenario.delivery("1-1", is: "dead")
        #expect(delivery["reason"] == "uncertain")
        #expect(try scenario.attempts("1-1").last?.reason.contains("has no verify now") == true)
        #expect(Array(receiver.seen.values) == [1])
        #expect(daemon.stop() == 0)
    }
}
