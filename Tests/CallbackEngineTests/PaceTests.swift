import CallbackCore
import Testing

@testable import CallbackEngine

@Suite("A target's pace")
struct PaceTests {
    /// How many attempts begin within a time when as many as possible do, looking every millisecond.
    private func count(_ rate: Rate, milliseconds: Int64) -> Int {
        var pace = Pace(rate)
        var begun = 0
        for moment in 0..<milliseconds {
            while pace.admits(at: moment * 1_000_000) {
                pace.begin(at: moment * 1_000_000)
                begun += 1
            }
        }
        return begun
    }

    @Test("over a second it is the rate and at most a tenth more", arguments: [1, 7, 10, 50, 200, 1000, 5000])
    func second(rate: Int64) {
        let begun = count(Rate(rate, per: .second), milliseconds: 1000)
        #expect(begun >= rate - 1)
        #expect(begun <= max(rate + 1, rate + rate / 10))
    }

    @Test("rates of a minute and an hour are even, too")
    func slow() {
        #expect(count(Rate(60, per: .minute), milliseconds: 5000) == 5)
        #expect(count(Rate(3600, per: .hour), milliseconds: 5000) == 5)
        #expect(count(Rate(1, per: .hour), milliseconds: 5000) == 1)
    }

    @Test("time in which nothing was to do is not saved up beyond a tenth of a second")
    func rest() {
        var pace = Pace(Rate(100, per: .second))
        pace.begin(at: 0)
        let later: Int64 = 3_600_000_000_000
        var begun = 0
        while pace.admits(at: later) {
            pace.begin(at: later)
            begun += 1
        }
        #expect(begun == 10)
        #expect(pace.next == later + 10_000_000)
    }
}
