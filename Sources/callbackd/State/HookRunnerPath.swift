import Glibc

/// Where `callbackd-hooks` is: beside this program, else where packages put it.
enum HookRunnerPath {
    /// - Throws: `VerbFailure` that names both places.
    static func find() throws -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else {
            throw VerbFailure(.internalError, "cannot tell where this program is: /proc is not there")
        }
        let own = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = own.lastIndex(of: "/").map { String(own[..<$0]) } ?? "."
        let places = ["\(folder)/callbackd-hooks", "\(folder)/../lib/callbackd/callbackd-hooks"]
        guard let found = places.first(where: { access($0, X_OK) == 0 }) else {
            throw VerbFailure(
                .configuration,
                "a target runs a command, but callbackd-hooks is missing: it must be \(places.joined(separator: " or "))"
            )
        }
        return found
    }
}
