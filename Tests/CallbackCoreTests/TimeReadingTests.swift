import CallbackCore
import CallbackTestKit
import Testing

@Suite("Reading times")
struct TimeReadingTests {
    @Test(
        "RFC 3339 is read with every offset, and without one as UTC",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999Z", -1),
            ("2026-11-22T10:00:00.123Z", 1_795_341_600_123),
            ("2026-11-22t10:00:00z", 1_795_341_600_000), ("2026-11-22T12:30:00+02:30", 1_795_341_600_000),
            ("2026-11-22T05:00:00-05:00", 1_795_341_600_000), ("2026-11-22 10:00:00", 1_795_341_600_000),
            ("2026-11-22", 1_795_305_600_000), ("2024-02-29", 1_709_164_800_000), ("2000-02-29", 951_782_400_000),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000), ("2026-11-22T10:00:00.1Z", 1_795_341_600_100),
            ("2026-11-22T10:00:00.123999Z", 1_795_341_600_123), ("0000-01-01T00:00:00Z", -62_167_219_200_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ])
    func reading(text: String, milliseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
    }

    @Test(
        "what is no time is refused",
        arguments: [
            "", "2026", "2026-11", "2026-13-01", "2026-00-01", "2026-02-29", "1900-02-29", "2026-04-31", "2026-11-00",
            "2026-11-22T", "2026-11-22T10", "2026-11-22T10:00", "2026-11-22T24:00:00Z", "2026-11-22T10:60:00Z",
            "2026-11-22T10:00:61Z", "2026-11-22T10:00:00.Z", "2026-11-22T10:00:00+2", "2026-11-22T10:00:00+24:00",
            "2026-11-22T10:00:00Zx", " 2026-11-22", "22.11.2026", "2026-11-22T10:00:00 Z", "+026-11-22", "２026-11-22",
            "9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00+01:00",
        ])
    func refused(text: String) { #expect(Timestamp(rfc3339: text) == nil) }

    @Test("every time that is written is read back")
    func roundTrip() {
        let seed = UInt64.random(in: 0...(.max))
        var random = SeededGenerator(seed: seed)
        for _ in 0..<10_000 {
            let time = Timestamp(
                milliseconds: .random(in: -62_167_219_200_000...253_402_300_799_999, using: &random))
            #expect(Timestamp(rfc3339: time.description) == time, "seed \(seed)")
        }
    }
}
