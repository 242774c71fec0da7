import CallbackConfig
import CallbackCore
import CallbackTestKit
import Testing

@testable import callbackd

@Suite("The schema for editors")
struct SchemaTests {
    @Test("accepts every file that the reader accepts")
    func good() throws {
        let files = CorpusFile.good + CorpusFile.examples
        let verdicts = try SchemaJudge.verdicts(on: files)
        for file in files {
            let verdict = try #require(verdicts[file.name])
            #expect(verdict == nil, "\(file.name): \(verdict ?? "")")
        }
    }

    @Test("refuses every file that the reader refuses, but those whose mistake no schema can see")
    func bad() throws {
        let verdicts = try SchemaJudge.verdicts(on: CorpusFile.bad)
        for file in CorpusFile.bad {
            let verdict = try #require(verdicts[file.name])
            #expect((verdict == nil) == file.isBeyondSchema, "\(file.name): \(verdict ?? "accepted")")
        }
    }

    @Test("is the file that is kept beside the example")
    func kept() throws {
        let kept = try Shell.read(CorpusFile.repository + "/etc/callbackd.schema.json")
        #expect(kept == SchemaVerb.schema.text, "run `make schema`")
        let first = try Shell.read(CorpusFile.repository + "/etc/callbackd.yaml").split(separator: "\n").first
        #expect(first == "# yaml-language-server: $schema=callbackd.schema.json")
    }

    @Test("describes every key, and knows the events of sources and of the program itself")
    func content() throws {
        let schema = SchemaVerb.schema.json
        let types = schema.value(at: ["$defs", "event"])?.text ?? ""
        for type in ["\"plan_item.created\"", "\"license.terminated\"", "\"source.gap\""] {
            #expect(types.contains(type))
        }
        var described = 0
        try visit(schema) { properties in
            for member in properties.members {
                let description = try #require(member.value["description"]?.string, "\(member.key)")
                #expect(!description.isEmpty)
                described += 1
            }
        }
        #expect(described > 60)
    }

    private func visit(_ value: JSONValue, _ judge: (JSONObject) throws -> Void) throws {
        switch value {
        case .object(let object):
            if object["additionalProperties"] == false, object["maxProperties"] == nil,
                case .object(let properties)? = object["properties"]
            {
                try judge(properties)
            }
            for member in object.members { try visit(member.value, judge) }
        case .array(let elements): for element in elements { try visit(element, judge) }
        default: break
        }
    }
}
