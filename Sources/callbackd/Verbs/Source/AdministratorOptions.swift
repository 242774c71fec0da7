import ArgumentParser
import CallbackMariaDB
import Glibc

/// Who makes or removes triggers in a MariaDB server.
struct AdministratorOptions: ParsableArguments {
    @Option(help: "MariaDB: log in as this administrator, whom the triggers then belong to.")
    var admin: String?

    @Option(help: "The file that holds the administrator's password; none where the server knows the user without.")
    var adminPasswordFile: String?

    @Flag(help: "MariaDB: change nothing, and write what an administrator must run.")
    var print = false

    var isUsed: Bool { admin != nil || adminPasswordFile != nil || print }

    func validate() throws {
        if print && (admin != nil || adminPasswordFile != nil) {
            throw ValidationError("--print changes nothing: leave --admin and --admin-password-file out")
        }
        if admin == nil && adminPasswordFile != nil {
            throw ValidationError("--admin-password-file is for --admin")
        }
    }

    /// - Throws: `VerbFailure` where nobody is named, or the password cannot be read.
    func administrator(of source: String, for verb: String) throws -> ChangeTableInstallation.Administrator {
        guard let admin else {
            throw VerbFailure(
                .usage,
                "triggers belong to who makes them, and the panel's writes fail if that user is ever removed: let an "
                    + "administrator run what `callbackd source \(verb) \(source) --print` writes, or log in as one with "
                    + "--admin")
        }
        guard let path = adminPasswordFile else { return .init(user: admin, password: nil) }
        guard let file = fopen(path, "re") else {
            throw VerbFailure(.noInput, "cannot read \(path): \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 4096)
        guard fgets(&line, Int32(line.count), file) != nil else {
            throw VerbFailure(.noInput, "the file \(path) holds no password")
        }
        let text = line.prefix { $0 != 0 && $0 != 0x0A && $0 != 0x0D }
        return .init(user: admin, password: String(decoding: text.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
}
