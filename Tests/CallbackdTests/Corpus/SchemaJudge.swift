import CallbackCore
import CallbackTestKit
import Glibc
import Testing

@testable import CallbackConfig
@testable import callbackd

/// The JSON Schema library for Python, which knows nothing of us.
enum SchemaJudge {
    private static let script = """
        import json, sys
        from jsonschema import Draft202012Validator
        schema = json.load(open(sys.argv[1], encoding="utf-8"))
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema)
        for line in sys.stdin:
            errors = [error.message[:200].replace("\\n", " ") for error in validator.iter_errors(json.loads(line))]
            print("; ".join(errors) if errors else "ok")
        """

    private static let python =
        getenv("CALLBACKD_PYTHON").map { String(cString: $0) }
        ?? CorpusFile.repository + "/.build-tools/venv/bin/python"

    /// What the library says of each file, by name: nil where the file fits the schema.
    static func verdicts(on files: [CorpusFile]) throws -> [String: String?] {
        var verdicts: [String: String?] = [:]
        var names: [String] = []
        var lines = ""
        for file in files {
            let text = try Shell.read(file.path)
            let (root, reader) = YamlReader.read(Array(text.utf8), file: file.path)
            guard let root, reader.diagnostics.isEmpty else {
                verdicts[file.name] = "no YAML, or a key twice"
                continue
            }
            names.append(file.name)
            lines += root.json.text + "\n"
        }
        let folder = try TemporaryFolder()
        let schema = try folder.write("schema.json", SchemaVerb.schema.text)
        let result = try Shell.run(python, ["-c", script, schema], input: lines)
        try #require(result.status == 0, "\(result.errors)")
        let answers = result.output.split(separator: "\n").map(String.init)
        try #require(answers.count == names.count)
        for (name, answer) in zip(names, answers) {
            verdicts.updateValue(answer == "ok" ? nil : answer, forKey: name)
        }
        return verdicts
    }
}
