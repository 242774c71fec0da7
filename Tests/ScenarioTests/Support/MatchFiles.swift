import CallbackTestKit
import Glibc

/// Files for `callbackd match`, which needs neither configuration nor state.
struct MatchFiles {
    /// What a run ended with and said, files named without their folder.
    struct Answer {
        let status: Int32
        let output: String
        let errors: String
    }

    let folder: TemporaryFolder

    init(_ files: [String: String]) throws {
        folder = try TemporaryFolder()
        for (name, text) in files { try folder.write(name, text) }
    }

    /// Runs `callbackd match`; words that name a file of the folder stand for its path.
    func match(_ words: String..., input: String = "") throws -> Answer { try match(words, input: input) }

    func match(_ words: [String], input: String = "") throws -> Answer {
        let paths = words.map { access(folder.file($0), F_OK) == 0 ? folder.file($0) : $0 }
        let result = try Shell.run(Programs.callbackd, ["match"] + paths, input: input)
        let errors = result.errors.replacing("\(folder.path)/", with: "")
        return Answer(status: result.status, output: result.output, errors: errors)
    }
}
