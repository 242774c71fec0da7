import Testing

@testable import CallbackMariaDB

@Suite("Events of the binlog")
struct EventTests {
    /// An event as it stands in a binlog without checksums.
    private func packet(_ kind: UInt8, flags: UInt8 = 0, _ body: [UInt8]) -> [UInt8] {
        let length = UInt8(EventHeader.length + body.count)
        return [1, 0, 0, 0, kind, 7, 0, 0, 0, length, 0, 0, 0, 0, 0, 0, 0, flags, 0] + body
    }

    private func parse(_ bytes: [UInt8]) throws -> BinlogEvent {
        var parser = EventParser()
        let version = [UInt8](repeating: 0x31, count: 50)
        let format = packet(15, [4, 0] + version + [0, 0, 0, 0, 19, 0] + [0, 0, 0, 0])
        _ = try format.withUnsafeBufferPointer { try parser.parse($0).event }
        return try bytes.withUnsafeBufferPointer { try parser.parse($0).event }
    }

    @Test("an event that is not known is none to pass over, unless its writer says so")
    func unknown() throws {
        if case .unknown(let code) = try parse(packet(200, [])) { #expect(code == 200) } else { Issue.record("known") }
        for (kind, flags) in [(200, 0x80), (161, 0), (3, 0), (14, 0)] as [(UInt8, UInt8)] {
            if case .other = try parse(packet(kind, flags: flags, [])) { continue }
            Issue.record("\(kind) is passed over")
        }
    }

    @Test(
        "a transaction's name tells which phase of an ALTER it is, behind whatever else it says",
        arguments: [
            (0x21, [], false), (0x21, [0, 0, 0, 0, 0, 0], false), (0x21, [2, 0, 0, 0, 0, 0], true),
            (0x21, [4, 9, 0, 0, 0, 0, 0, 0, 0], false), (0x21, [8, 9, 0, 0, 0, 0, 0, 0, 0], true),
            (0x23, [1, 2, 3, 4, 5, 6, 7, 8, 2], true), (0x23, [1, 2, 3, 4, 5, 6, 7, 8], false),
            (0x40, [1, 0, 0, 0, 1, 1, 0x61, 0x62], false), (0x80, [1, 0, 0, 0, 1, 0, 0x61, 2], true),
        ] as [(UInt8, [UInt8], Bool)])
    func phases(flags: UInt8, rest: [UInt8], leavesTable: Bool) throws {
        let event = try parse(packet(162, [5, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, flags] + rest))
        guard case .gtid(let gtid) = event else {
            Issue.record("no transaction")
            return
        }
        #expect(gtid.gtid.description == "3-7-5")
        #expect(gtid.leavesTable == leavesTable)
    }

    @Test("a list of earlier transactions has the last one of each domain, and no more than it says")
    func lists() throws {
        func entry(_ domain: UInt8, _ server: UInt8, _ sequence: UInt8) -> [UInt8] {
            [domain, 0, 0, 0, server, 0, 0, 0, sequence, 0, 0, 0, 0, 0, 0, 0]
        }
        let bytes = packet(163, [3, 0, 0, 0x10] + entry(0, 7, 9) + entry(0, 8, 4) + entry(5, 7, 1))
        guard case .gtidList(let position) = try parse(bytes) else {
            Issue.record("no list")
            return
        }
        #expect(position.description == "0-8-4,5-7-1")
        #expect(throws: EventDamage.self) { try parse(packet(163, [255, 255, 255, 255] + entry(0, 7, 9))) }
    }

    @Test(
        "a log file comes after another one of the same name, by its number",
        arguments: [
            ("log.000002", "log.000001", true), ("log.000001", "log.000001", true), ("log.000001", "log.000002", false),
            ("log.1000000", "log.999999", true), ("other.000003", "log.000001", false), ("x", "x", true),
            ("x", "y", false),
        ])
    func files(_ file: String, _ earlier: String, _ mayFollow: Bool) {
        #expect(BinlogPlace.mayFollow(file, on: earlier) == mayFollow)
    }
}
