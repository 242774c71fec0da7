import CallbackCore
import CallbackTestKit
import Testing

@testable import CallbackRows

@Suite("Keys between two pages")
struct RowKeyTests {
    @Test("what is kept of a key gives exactly the same values back")
    func roundTrip() throws {
        let seed = UInt64.random(in: 1...999_999_999)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let values = (0..<Int.random(in: 0...4, using: &random)).map { _ in Self.value(&random) }
            let text = try #require(RowKey.json(values)?.text)
            let read = try #require(RowKey.values(try JSONParser.parse(Array(text.utf8))))
            #expect(read.count == values.count, "seed \(seed)")
            #expect(zip(read, values).allSatisfy { $0.isSame(as: $1) }, "seed \(seed): \(text)")
        }
    }

    @Test("what is too large is not kept, and what is something else is not read")
    func refusals() {
        let large = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1) { bytes in
            bytes.initialize(repeating: 0)
            return RowValue.large(LargeValue(UnsafeBufferPointer(bytes), isText: false))
        }
        #expect(RowKey.json([.integer(1), large]) == nil)
        for wrong in [.null, ["blob": "0"], [["blob": "0"]], [["blob": "xy"]], [["other": 1]], [true]] as [JSONValue] {
            #expect(RowKey.values(wrong) == nil, "\(wrong.text)")
        }
    }

    @Test(
        "the type of what a snapshot finds ends in existing",
        arguments: [
            ("customer.created", "customer.existing"), ("license.ordered", "license.existing"),
            ("service_plan.assigned", "service_plan.assigned.existing"), ("created", "created.existing"),
        ])
    func types(coming: String, existing: String) { #expect(EventType(coming).existing == EventType(existing)) }

    private static func value(_ random: inout SeededGenerator) -> RowValue {
        let bytes = (0..<Int.random(in: 0...6, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        return switch Int.random(in: 0..<7, using: &random) {
        case 0: .null
        case 1: .integer(Int64.random(in: .min ... .max, using: &random))
        case 2: .real(Double(bitPattern: UInt64.random(in: .min ... .max, using: &random)))
        case 3: .blob(bytes)
        case 4: .brokenText(bytes + [0xFF])
        case 5: .unsigned(UInt64.random(in: (1 << 63)...UInt64.max, using: &random))
        default: .text(String(decoding: bytes, as: UTF8.self))
        }
    }
}
