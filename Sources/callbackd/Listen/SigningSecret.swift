import FoundationEssentials

/// A symmetric secret of Standard Webhooks: `whsec_` and the base64 text of 24 to 64 bytes.
struct SigningSecret: Sendable {
    let bytes: [UInt8]

    /// - Throws: `VerbFailure` that never holds the secret itself.
    init(_ text: String) throws {
        let prefix = "whsec_"
        guard text.hasPrefix(prefix) else {
            throw VerbFailure(.usage, "the secret must begin with \(prefix)")
        }
        guard let data = Data(base64Encoded: String(text.dropFirst(prefix.count))) else {
            throw VerbFailure(.usage, "the secret is not base64 after \(prefix)")
        }
        guard (24...64).contains(data.count) else {
            throw VerbFailure(.usage, "the secret must have 24 to 64 bytes, this one has \(data.count)")
        }
        bytes = [UInt8](data)
    }

    /// Reads a secret file: one line of text.
    init(file path: String) throws {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw VerbFailure(.noInput, "cannot read the secret file \(path)")
        }
        do {
            try self.init(text.hasSuffix("\n") ? String(text.dropLast()) : text)
        } catch let failure as VerbFailure {
            throw VerbFailure(.badData, "\(path): \(failure)")
        }
    }
}
