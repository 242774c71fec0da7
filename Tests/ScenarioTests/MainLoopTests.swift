import CallbackTestKit
import Testing

@Suite("The main job", .serialized)
struct MainLoopTests {
    @Test("a domain written by hand reaches the receiver")
    func domainByHand() throws {
        let scenario = try Scenario()
        let daemon = try scenario.start()
        try scenario.addDomain("new.example")
        let request = try scenario.receiver.request(1)
        #expect(request.text.contains(#""type":"domain.created""#))
        #expect(daemon.stop() == 0)
    }
}
