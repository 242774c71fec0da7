import Testing

@testable import PanelServer

@Suite("Rate of requests")
struct RequestRateTests {
    private let begin = ContinuousClock.now

    @Test("so many a second from one address, after a start of as many, and others are not concerned")
    func rate() throws {
        let rate = try #require(RequestRate(perSecond: 10))
        let first = (0..<15).map { _ in rate.admits("10.0.0.1", at: begin) }
        #expect(first.count { $0 } == 10)
        #expect(rate.admits("10.0.0.2", at: begin))
        #expect(!rate.admits("10.0.0.1", at: begin + .milliseconds(50)))
        let later = (0..<5).map { _ in rate.admits("10.0.0.1", at: begin + .milliseconds(350)) }
        #expect(later.count { $0 } == 3)
        let afterAnHour = (0..<15).map { _ in rate.admits("10.0.0.1", at: begin + .seconds(3_600)) }
        #expect(afterAnHour.count { $0 } == 10)
    }

    @Test("without a rate there is no limit")
    func none() {
        #expect(RequestRate(perSecond: nil) == nil)
    }

    @Test("a flood of addresses does not lock a new one out")
    func flood() throws {
        let rate = try #require(RequestRate(perSecond: 1))
        for number in 0..<(RequestRate.capacity + 10) { _ = rate.admits("a\(number)", at: begin) }
        #expect(rate.admits("new", at: begin))
    }
}
