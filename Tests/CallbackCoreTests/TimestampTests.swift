import CallbackCore
import Testing

@Suite("Timestamps and durations")
struct TimestampTests {
    @Test(
        "a moment is written as RFC 3339 in UTC with milliseconds",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_795_341_600_123, "2026-11-22T10:00:00.123Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (951_868_799_999, "2000-02-29T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (4_107_456_000_000, "2100-02-28T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"), (-86_400_000, "1969-12-31T00:00:00.000Z"),
            (-2_208_988_800_000, "1900-01-01T00:00:00.000Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"), (.max, "9999-12-31T23:59:59.999Z"),
            (.min, "0000-01-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func text(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
    }

    @Test("texts sort as the moments do, over four centuries of days")
    func order() {
        var previous = ""
        for day in stride(from: Int64(-73_000), to: 73_000, by: 13) {
            let text = Timestamp(milliseconds: day * 86_400_000 + 12_345).description
            #expect(previous < text)
            #expect(text.utf8.count == 24)
            previous = text
        }
    }

    @Test("whole seconds are rounded down, also before 1970")
    func seconds() {
        let cases: [(Int64, Int64)] = [
            (0, 0), (999, 0), (1000, 1), (1999, 1), (-1, -1), (-1000, -1), (-1001, -2), (-2000, -2),
            (.max, 9_223_372_036_854_775), (.min, -9_223_372_036_854_776),
        ]
        for (milliseconds, seconds) in cases {
            #expect(Timestamp(milliseconds: milliseconds).seconds == seconds, "\(milliseconds)")
        }
    }

    @Test("moments and durations add up, and saturate instead of wrapping round")
    func arithmetic() {
        let start = Timestamp(milliseconds: 1_000)
        #expect(start + .seconds(2) == Timestamp(milliseconds: 3_000))
        #expect(start + .seconds(-2) == Timestamp(milliseconds: -1_000))
        #expect(Timestamp(milliseconds: 3_000) - start == .seconds(2))
        #expect(Timestamp(milliseconds: .max - 1) + .seconds(1) == Timestamp(milliseconds: .max))
        #expect(Timestamp(milliseconds: .min + 1) + .seconds(-1) == Timestamp(milliseconds: .min))
        #expect((Timestamp(milliseconds: .max) - Timestamp(milliseconds: .min)).milliseconds == .max)
        #expect((Timestamp(milliseconds: .min) - Timestamp(milliseconds: .max)).milliseconds == .min)
        #expect(start < Timestamp(milliseconds: 1_001))
    }

    @Test("durations give whole units")
    func units() {
        #expect(Duration.seconds(2).milliseconds == 2_000)
        #expect(Duration.milliseconds(-1_500).milliseconds == -1_500)
        #expect(Duration.microseconds(1_999).milliseconds == 1)
        #expect(Duration.nanoseconds(5).nanoseconds == 5)
        #expect(Duration.seconds(3).nanoseconds == 3_000_000_000)
        #expect(Duration.minutes(2) == .seconds(120))
        #expect(Duration.hours(2) == .seconds(7_200))
        #expect(Duration.days(2) == .seconds(172_800))
    }

    @Test("durations beyond the range saturate")
    func saturation() {
        #expect(Duration.seconds(Int64.max).milliseconds == .max)
        #expect(Duration.seconds(Int64.min + 1).milliseconds == .min)
        #expect(Duration.seconds(10_000_000_000).nanoseconds == .max)
        #expect((Duration.milliseconds(Int64.max) + .milliseconds(1)).milliseconds == .max)
        #expect(Duration.milliseconds(Int64.max).milliseconds == .max)
    }
}
