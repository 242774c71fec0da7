import CallbackCore
import CallbackTestKit
import Testing

@testable import CallbackMariaDB

/// What the server itself says of each value is the measure.
@Suite("Every column type", .serialized)
struct TypeTests {
    struct Setting: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let options: [String]
        var capture = MariaDBPlan.Capture.binlog

        static let all = [
            Setting(testDescription: "full metadata, checksums", options: []),
            Setting(
                testDescription: "no metadata, no checksums",
                options: ["--binlog-row-metadata=NO_LOG", "--binlog-checksum=NONE"]),
            Setting(
                testDescription: "minimal metadata, compressed",
                options: ["--binlog-row-metadata=MINIMAL", "--log-bin-compress=ON", "--log-bin-compress-min-len=10"]),
            Setting(
                testDescription: "recorded by triggers", options: ["--skip-log-bin"], capture: .changeTable),
        ]
    }

    @Test("insert, update and delete give the values that the server gives", arguments: Setting.all)
    func values(_ setting: Setting) throws {
        let server = try PrivateMariaDB(setting.options + ["--sql-mode=", "--default-time-zone=+03:00"])
        try server.sql("CREATE DATABASE psa CHARACTER SET utf8mb4")
        var creation = ""
        for (number, type) in TypeCase.all.enumerated() {
            creation += "CREATE TABLE t\(number) (id INT PRIMARY KEY, a \(type.type), note INT);\n"
        }
        try server.sql(creation, database: "psa")
        let names = TypeCase.all.indices.map { "t\($0)" }
        let watched = WatchedServer(
            server, tables: Dictionary(uniqueKeysWithValues: names.map { ($0, []) }),
            own: ["capture": .text(setting.capture.rawValue)])
        if setting.capture == .changeTable {
            try ChangeTableInstallation(settings: watched.settings) { _ in nil }
                .install(as: .init(user: "root", password: nil))
        }
        try watched.watch()

        var statements = ""
        var questions = "SET time_zone = '+00:00';\n"
        var expected = 0
        for (number, type) in TypeCase.all.enumerated() {
            let isGenerated = type.values.isEmpty
            for (index, value) in (type.values + (isGenerated ? [] : ["NULL"])).enumerated() {
                statements += "INSERT INTO t\(number) (id, a) VALUES (\(index), \(value));\n"
            }
            if isGenerated { statements += "INSERT INTO t\(number) (id) VALUES (0);\n" }
            questions += "SELECT id, \(type.question("a")) FROM t\(number) ORDER BY id;\n"
            statements += "UPDATE t\(number) SET note = 1;\n"
            expected += 2 * (isGenerated ? 1 : type.values.count + 1)
        }
        try server.sql(statements, database: "psa")
        let said = try server.sql(questions, database: "psa").split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false)
        }
        let deletions = names.map { "DELETE FROM \($0);" }.joined()
        try server.sql(deletions, database: "psa")
        expected += expected / 2
        let events = try watched.events(expected)
        watched.stop()
        #expect(events.count == expected)
        #expect(watched.intake.gaps.map(\.message) == [])

        var bySubject: [String: [CapturedEvent]] = [:]
        for event in events { bySubject[event.subject, default: []].append(event) }
        var line = 0
        for (number, type) in TypeCase.all.enumerated() {
            let count = type.values.isEmpty ? 1 : type.values.count + 1
            for index in 0..<count {
                let seen = try #require(bySubject["t\(number)/\(index)"])
                let answer = said[line][1...].joined(separator: "\t")
                line += 1
                let what: Comment = "\(type.type) \(index < type.values.count ? type.values[index] : "NULL")"
                try #require(seen.map(\.type.rawValue) == ["row.added", "row.changed", "row.removed"], what)
                let values = [
                    seen[0].data["new"], seen[1].data["old"], seen[1].data["new"], seen[2].data["old"],
                ].map { $0?["a"] }
                for value in values {
                    #expect(Self.words(value, type.comparison) == Self.words(answer, type.comparison), what)
                }
            }
        }
        #expect(line == said.count)
    }

    /// A value of an event as the server's answer would look.
    private static func words(_ value: JSONValue?, _ comparison: TypeCase.Comparison) -> String {
        switch value {
        case .null?: "NULL"
        case .integer(let number)?: "\(number)"
        case .double(let number)?: comparison == .single ? "\(Float(number))" : "\(number)"
        case .string(let text)?: comparison == .text ? text.utf8.map { hex($0) }.joined() : text
        default: "\(value.map { $0.text } ?? "nothing")"
        }
    }

    private static func hex(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }

    private static func words(_ answer: String, _ comparison: TypeCase.Comparison) -> String {
        guard answer != "NULL" else { return answer }
        switch comparison {
        case .single: return Double(answer).map { "\(Float($0))" } ?? answer
        case .real: return Double(answer).map { "\($0)" } ?? answer
        // The server breaks long lines; the client shows that as \n.
        case .bytes: return answer.split(separator: "\\n").joined()
        case .number, .text: return answer
        }
    }
}
