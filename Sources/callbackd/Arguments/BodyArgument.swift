import ArgumentParser
import CallbackConfig

/// The body of a request, byte for byte: a file, or `-` for standard input.
struct BodyArgument: ParsableArguments {
    /// Bytes; callbackd itself sends no body of this size.
    private static let limit = 64 << 20

    @Argument(help: ArgumentHelp("The body's file; - reads standard input.", valueName: "body"))
    var path: String

    func bytes() throws -> [UInt8] {
        let name = path == "-" ? "standard input" : path
        switch FileAccess.disk.read(path == "-" ? "/dev/stdin" : path, Self.limit) {
        case .success(let bytes):
            guard bytes.count <= Self.limit else { throw VerbFailure(.badData, "\(name) has more than 64 MiB") }
            return bytes
        case .failure(let failure): throw VerbFailure(.noInput, "cannot read \(name): \(failure.reason)")
        }
    }
}
