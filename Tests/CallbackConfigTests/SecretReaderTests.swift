import CallbackConfig
import CallbackCore
import Glibc
import Testing

@Suite("Secrets")
struct SecretReaderTests {
    private static let place = ConfigPlace(file: "f", line: 1, column: 1)

    private func read(
        _ location: SecretReference.Location,
        environment: [String: String] = [:]
    ) -> (text: String?, problems: [Diagnostic]) {
        let reference = SecretReference(location: location, previous: [], place: Self.place)
        switch SecretReader(environment: environment).read(reference, name: "billing") {
        case .success(let secret): return (secret.current.text, [])
        case .failure(let list): return (nil, list.diagnostics)
        }
    }

    @Test(
        "come from files, less one line end",
        arguments: [
            ("abc", "abc"), ("abc\n", "abc"), ("abc\r\n", "abc"), ("abc\n\n", "abc\n"), (" a b ", " a b "),
        ])
    func file(_ content: String, _ expected: String) throws {
        let directory = try TemporaryDirectory()
        #expect(read(.file(try directory.write("s", content))).text == expected)
    }

    @Test(
        "that the group can read are accepted, those that others can read are refused",
        arguments: [
            (mode_t(0o400), true), (0o600, true), (0o640, true), (0o604, false), (0o644, false), (0o666, false),
        ])
    func modes(_ mode: mode_t, _ accepted: Bool) throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("s", "hunter2", mode: mode)
        let (text, problems) = read(.file(path))
        #expect((text != nil) == accepted)
        guard !accepted else { return }
        #expect(
            Samples.lines(problems) == ["1:1+1 C072 secret \"billing\": the file \"\(path)\" can be read by every user"]
        )
        #expect(problems.first?.help == "chmod o-rwx '\(path)'")
    }

    @Test("that are missing, empty, too large, no text or no file are refused with the reason")
    func unusable() throws {
        let directory = try TemporaryDirectory()
        let here = directory.path
        func message(_ path: String) -> String? { read(.file(path)).problems.first.map { "\($0.code) \($0.message)" } }
        #expect(
            message("\(here)/none") == "C071 secret \"billing\": cannot read the file \"\(here)/none\": no such file")
        let empty = try directory.write("empty", "\n")
        #expect(message(empty) == "C071 secret \"billing\": the file \"\(empty)\" is empty")
        let large = try directory.write("large", String(repeating: "x", count: 65_537))
        #expect(message(large)?.hasSuffix("it is larger than 64 KiB") == true)
        #expect(message(here)?.hasSuffix("it is not a regular file") == true)
        #expect(mkfifo(here + "/pipe", 0o600) == 0)
        #expect(message(here + "/pipe")?.hasSuffix("it is not a regular file") == true)
    }

    @Test("come from the environment")
    func environment() {
        #expect(read(.environment("B"), environment: ["B": "abc"]).text == "abc")
        #expect(
            read(.environment("B")).problems.map(\.message) == [
                "secret \"billing\": the environment variable B is not set"
            ])
        #expect(
            read(.environment("B"), environment: ["B": ""]).problems.map(\.message) == [
                "secret \"billing\": the environment variable B is empty"
            ])
    }

    @Test("come from systemd's credentials directory, whose files systemd guards")
    func credential() throws {
        let directory = try TemporaryDirectory()
        _ = try directory.write("billing", "abc\n", mode: 0o444)
        #expect(read(.credential("billing"), environment: ["CREDENTIALS_DIRECTORY": directory.path]).text == "abc")
        #expect(read(.credential("billing")).problems.first?.help?.contains("LoadCredential=billing:") == true)
    }

    @Test("are loaded together, every problem in one run and by place")
    func together() throws {
        let directory = try TemporaryDirectory()
        let good = try directory.write("good", "new")
        let old = try directory.write("old", "old")
        func reference(_ location: SecretReference.Location, line: Int, _ previous: [SecretReference.Previous] = [])
            -> SecretReference
        {
            SecretReference(
                location: location, previous: previous, place: ConfigPlace(file: "f", line: line, column: 3))
        }
        let moment = Timestamp(milliseconds: 1000)
        let (secrets, problems) = SecretReader(environment: [:]).read([
            "good": reference(.file(good), line: 1, [.init(location: .file(old), until: moment)]),
            "bad": reference(.environment("A"), line: 3, [.init(location: .environment("B"), until: nil)]),
            "worse": reference(.credential("c"), line: 2),
        ])
        #expect(secrets.names == ["good"])
        #expect(problems.map { $0.place?.line } == [2, 3, 3])
        let secret = try #require(secrets["good"])
        #expect(secret.current.text == "new")
        #expect(secret.previous == [.init(value: SecretValue("old"), until: moment)])
    }

    @Test("show themselves to nobody who prints, interpolates or dumps them")
    func redacted() {
        let value = SecretValue("hunter2")
        let secrets = Secrets(["a": Secret(current: value, previous: [.init(value: value, until: nil)])])
        var shown = "\(value) \(secrets) \(String(reflecting: value)) \(String(reflecting: secrets)) \([value])"
        dump(secrets, to: &shown)
        dump(value, to: &shown)
        #expect(!shown.contains("hunter2"))
        #expect(shown.contains("(secret)"))
    }
}
