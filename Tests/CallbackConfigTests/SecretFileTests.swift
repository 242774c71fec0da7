import CallbackConfig
import FoundationEssentials
import Glibc
import Testing

@Suite("Secret files")
struct SecretFileTests {
    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    private func names(_ directory: TemporaryDirectory) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
    }

    @Test("a new one is for its owner alone, and an existing file is left as it is")
    func create() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/new"
        try SecretFile(path).create(SecretValue("one"))
        #expect(try text(path) == "one\n")
        #expect(mode(path) == 0o600)
        let failure = #expect(throws: FileFailure.self) { try SecretFile(path).create(SecretValue("two")) }
        #expect(failure?.reason.contains("not overwritten") == true)
        #expect(try text(path) == "one\n")
        #expect(throws: FileFailure.self) { try SecretFile(directory.path + "/no/file").create(SecretValue("x")) }
        #expect(try names(directory) == ["new"])
    }

    @Test("a link is not written through")
    func link() throws {
        let directory = try TemporaryDirectory()
        let elsewhere = directory.path + "/elsewhere"
        let path = directory.path + "/link"
        #expect(symlink(elsewhere, path) == 0)
        #expect(throws: FileFailure.self) { try SecretFile(path).create(SecretValue("x")) }
        let file = try directory.write("elsewhere", "old")
        #expect(throws: FileFailure.self) { try SecretFile(path).replace(with: SecretValue("x"), suffix: "old") }
        #expect(try text(file) == "old")
        #expect(try names(directory) == ["elsewhere", "link"])
    }

    @Test("replacing keeps the old one beside it, with mode and owner")
    func replace() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("key", "old\n")
        #expect(chmod(path, 0o640) == 0)
        let old = try SecretFile(path).replace(with: SecretValue("new"), suffix: "old-1")
        #expect(old == path + ".old-1")
        #expect(try text(path) == "new\n")
        #expect(try text(old) == "old\n")
        #expect(mode(path) == 0o640 && mode(old) == 0o640)
        #expect(try names(directory) == ["key", "key.old-1"])
    }

    @Test("where the old one cannot be kept, nothing changes")
    func occupied() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("key", "old\n")
        let kept = try directory.write("key.old-1", "older\n")
        #expect(throws: FileFailure.self) { try SecretFile(path).replace(with: SecretValue("new"), suffix: "old-1") }
        #expect(try text(path) == "old\n")
        #expect(try text(kept) == "older\n")
        #expect(try names(directory) == ["key", "key.old-1"])
        #expect(throws: FileFailure.self) {
            try SecretFile(path + ".missing").replace(with: SecretValue("new"), suffix: "a")
        }
    }
}
