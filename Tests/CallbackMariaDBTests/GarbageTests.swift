import CallbackCore
import CallbackRows
import CallbackTestKit
import Testing

@testable import CallbackMariaDB

/// The binlog of a server, as packets that outlive the stream.
private struct Recording {
    var packets: [[UInt8]] = []
    var schemas: [String: SchemaTable] = [:]
    let characterSets: CharacterSets

    /// Reads everything that a server has in its binlog.
    init(_ server: PrivateMariaDB, tables: [String]) throws {
        let address = ServerAddress(
            host: "", port: 0, socket: server.socket, user: "root", database: "psa", protection: .off)
        let connection = try MariaDBConnection(to: address, password: nil)
        schemas = try SchemaReader(connection: connection).tables(tables)
        characterSets = try CharacterSets(connection)
        let stream = try BinlogStream(
            try MariaDBConnection(to: address, password: nil), after: GTIDPosition(), serverID: 4711)
        var parser = EventParser()
        while true {
            let packet = try stream.next()
            packets.append(Array(packet))
            if case .heartbeat = try parser.parse(packet).event { return }
        }
    }
}

@Suite("Bytes that are no binlog", .serialized)
struct GarbageTests {
    @Test("events with any bytes changed or cut are an error or other values, and never a crash")
    func mutated() throws {
        // Without checksums, so that the changes get behind them.
        let server = try PrivateMariaDB(["--sql-mode=", "--binlog-checksum=NONE"])
        try server.sql("CREATE DATABASE psa CHARACTER SET utf8mb4")
        var statements = ""
        for (number, type) in TypeCase.all.enumerated() {
            statements += "CREATE TABLE t\(number) (id INT PRIMARY KEY, a \(type.type));\n"
            for (index, value) in type.values.enumerated() where !value.contains("REPEAT") {
                statements += "INSERT INTO t\(number) (id, a) VALUES (\(index), \(value));\n"
            }
            statements += "UPDATE t\(number) SET id = id + 10;\n"
        }
        try server.sql(statements, database: "psa")
        let recording = try Recording(server, tables: TypeCase.all.indices.map { "t\($0)" })
        #expect(recording.packets.count > TypeCase.all.count * 4)
        var random = Splitmix(seed: UInt64.random(in: 0...UInt64.max))
        print("mutated binlog: seed \(random.seed)")
        var read = 0
        var refused = 0
        for round in 0..<20 {
            // The first round is as it was.
            var parser = EventParser()
            var decoder: RowDecoder?
            for original in recording.packets {
                var packet = original
                if round > 0 { random.mutate(&packet) }
                do {
                    try packet.withUnsafeBufferPointer { bytes in
                        try Self.read(bytes, &parser, &decoder, recording) { read += 1 }
                    }
                } catch is EventDamage {
                    refused += 1
                } catch is SchemaMismatch {
                    refused += 1
                }
            }
            if round == 0 {
                #expect(refused == 0)
                #expect(read > TypeCase.all.count)
            }
        }
        #expect(refused > 100)
    }

    @Test("a flipped bit is noticed by the checksum")
    func flipped() throws {
        let server = try PrivateMariaDB()
        try server.sql("CREATE DATABASE psa; CREATE TABLE psa.a (id INT PRIMARY KEY); INSERT INTO psa.a VALUES (1);")
        let recording = try Recording(server, tables: ["a"])
        var noticed = 0
        var parser = EventParser()
        for original in recording.packets {
            _ = try original.withUnsafeBufferPointer { try parser.parse($0) }
            var packet = original
            packet[packet.count / 2] ^= 4
            do { _ = try packet.withUnsafeBufferPointer { try parser.parse($0) } } catch { noticed += 1 }
        }
        // The server's own notices of where it reads have a checksum or not, so they cannot be held against one.
        #expect(noticed >= recording.packets.count - 3)
    }

    private static func read(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ parser: inout EventParser,
        _ decoder: inout RowDecoder?,
        _ recording: Recording,
        _ onRow: () -> Void
    ) throws {
        switch try parser.parse(bytes).event {
        case .tableMap(let event):
            decoder = nil
            let name = String(decoding: event.table, as: UTF8.self)
            guard let schema = recording.schemas[name] else { return }
            decoder = try DecoderBuilder(characterSets: recording.characterSets).decoder(
                for: TableWatch(table: name, redaction: .named([])), try event.map(), schema)
        case .rows(let rows):
            _ = rows.isWhole
            try decoder?.rows(of: rows, try parser.data(of: rows), skipping: 0) { _, _, _ in onRow() }
        case .query(let query):
            _ = query.isBoundary
            _ = StatementWords(query.statement)
        default: break
        }
    }
}

private struct Splitmix {
    let seed: UInt64
    private var state: UInt64

    init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    private mutating func next(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }

    /// Changes a few bytes behind the header, or cuts the end off and says so in the header.
    mutating func mutate(_ packet: inout [UInt8]) {
        guard packet.count > 24 else { return }
        if next(4) == 0 {
            packet.removeLast(1 + next(packet.count - 20))
            for index in 0..<4 { packet[9 + index] = UInt8(truncatingIfNeeded: packet.count >> (8 * index)) }
        }
        guard packet.count > 20 else { return }
        for _ in 0..<next(6) { packet[19 + next(packet.count - 19)] = UInt8(next(256)) }
    }
}
