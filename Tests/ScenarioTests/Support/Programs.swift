import CallbackTestKit
import Glibc

/// The real programs, as they were built beside these tests.
enum Programs {
    static var callbackd: String { path("callbackd") }
    static var panel: String { path("panel") }
    static let sqlite = "/usr/bin/sqlite3"

    /// The Python with the official verifiers in it, which `make test` prepares.
    static var python: String {
        getenv("CALLBACKD_PYTHON").map { String(cString: $0) } ?? "\(repository)/.build-tools/venv/bin/python"
    }

    /// The long forms of the crash tests.
    static var isSoak: Bool { getenv("CALLBACKD_SOAK") != nil }

    /// How many kills `CALLBACKD_KILLS` asks for, where somebody has less or more time than `make soak` takes.
    static var kills: Int? { getenv("CALLBACKD_KILLS").flatMap { Int(String(cString: $0)) } }

    /// The top of the repository.
    static let repository: String = {
        let parts = #filePath.split(separator: "/").dropLast(4)
        return "/" + parts.joined(separator: "/")
    }()

    private static func path(_ name: String) -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = max(0, readlink("/proc/self/exe", &buffer, buffer.count - 1))
        let own = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // The test runner may be another program of the toolchain; then the argument names the bundle.
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? own
        let folder = bundle.lastIndex(of: "/").map { String(bundle[..<$0]) } ?? "."
        return "\(folder)/\(name)"
    }
}
