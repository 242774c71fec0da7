import CallbackCore
import Testing

@testable import CallbackEngine

@Suite("Sources that are behind")
struct LagGuardTests {
    private let begin = Timestamp(milliseconds: 1_000_000)

    private func lag(_ changes: Int64 = 7, at milliseconds: Int64 = 0) -> SourceLag {
        SourceLag(since: Timestamp(milliseconds: begin.milliseconds + milliseconds), changes: changes)
    }

    private func after(_ milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: begin.milliseconds + milliseconds)
    }

    @Test("it is told once when the limit is passed, and again only after half of it")
    func onceForEachTime() {
        var lags = LagGuard(limit: .seconds(60))
        #expect(lags.take(lag(), of: "panel", at: after(60_000)) == nil)
        #expect(lags.alarms == [])
        guard case .lagging(let told, let words)? = lags.take(lag(), of: "panel", at: after(60_001)) else {
            Issue.record("nothing was told")
            return
        }
        #expect(told == lag())
        #expect(
            words.hasPrefix("source panel is behind: its changes since 1970-01-01T00:16:40.000Z are not taken in, 7 "))
        #expect(lags.alarms == [words])
        // Later changes wait for less than the limit now, and for more than half of it.
        #expect(lags.take(lag(9, at: 60_000), of: "panel", at: after(91_000)) == nil)
        #expect(lags.alarms.first?.contains("9 rows") == true)
        #expect(lags.take(lag(9, at: 61_000), of: "panel", at: after(91_000)) == .recovered)
        #expect(lags.alarms == [])
        #expect(lags.take(nil, of: "panel", at: after(92_000)) == nil)
        #expect(lags.take(lag(1, at: 92_000), of: "panel", at: after(152_001)) != nil)
        #expect(lags.take(nil, of: "panel", at: after(152_002)) == .recovered)
        #expect(lags.lags.isEmpty)
    }

    @Test("each source is judged by itself")
    func eachByItself() {
        var lags = LagGuard(limit: .seconds(1))
        #expect(lags.take(lag(), of: "shop", at: after(2000)) != nil)
        #expect(lags.take(nil, of: "panel", at: after(2000)) == nil)
        #expect(lags.take(lag(), of: "panel", at: after(3000)) != nil)
        #expect(lags.alarms.map { $0.prefix(12) } == ["source panel", "source shop "])
        #expect(lags.take(nil, of: "shop", at: after(3000)) == .recovered)
        #expect(lags.lags.keys.map(\.rawValue) == ["panel"])
    }
}
