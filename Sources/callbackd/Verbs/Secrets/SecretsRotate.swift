import ArgumentParser
import CallbackActions
import CallbackConfig
import CallbackCore
import Glibc

/// `callbackd secrets rotate`
struct SecretsRotate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Put a new secret in the place of one of the configuration, and keep the old one for a while.",
        discussion: """
            Writes the new secret into the secret's file and the old one into a file beside it, and prints the line \
            with which the configuration names the old one. Nothing is signed in another way before the configuration \
            has that line and is read again.
            """)

    @Argument(help: ArgumentHelp("A secret below secrets: that is kept in a file.", valueName: "name"))
    var name: String

    @Option(help: "How long the old secret goes on signing, such as 7d.")
    var keep: DurationArgument = .week

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var json: JSONFlag

    func validate() throws {
        guard keep.duration > .zero else { throw ValidationError("--keep is longer than 0s") }
    }

    func run() throws {
        let settings = try LoadedConfiguration.load(path: configuration.path)
        guard let reference = settings.secrets[name] else {
            let label = DidYouMean.closest(to: name, among: settings.secrets.keys.sorted())
            throw VerbFailure(
                .configuration,
                "there is no secret \"\(name)\" below secrets:"
                    + (label.map { "; did you mean \"\($0)\"?" } ?? ""))
        }
        guard case .file(let path) = reference.location else {
            throw VerbFailure(
                .configuration, "secret \"\(name)\" is not kept in a file: put the new one where it is kept yourself")
        }
        let secret = try current(reference)
        let now = SystemTimekeeper().now()
        let next = secret.successor()
        let old: String
        do {
            old = try SecretFile(path).replace(with: SecretValue(next), suffix: "old-\(Self.compact(now))")
        } catch {
            throw VerbFailure(.cannotCreate, "cannot replace the secret \"\(name)\": \(error.words(for: path))")
        }
        let kept = SecretReference.Previous(location: .file(old), until: now + keep.duration)
        let previous = [kept] + reference.previous.filter { previous in previous.until.map { now < $0 } ?? true }
        show(previous, file: path, publicKey: try SigningSecret(next).publicKey)
    }

    /// The secret that is there now, which must be one that signs.
    private func current(_ reference: SecretReference) throws -> SigningSecret {
        switch SecretReader().read(reference, name: name) {
        case .failure(let problems):
            throw VerbFailure(.configuration, problems.diagnostics.map(\.message).joined(separator: "; "))
        case .success(let secret):
            do {
                return try SigningSecret(secret.current.text)
            } catch {
                throw VerbFailure(.badData, "secret \"\(name)\": \(error)")
            }
        }
    }

    private func show(_ previous: [SecretReference.Previous], file: String, publicKey: String?) {
        if json.isOn {
            return JSONOutput.print([
                "secret": .string(name), "file": .string(Self.absolute(file)),
                "previous": .array(previous.map { .object(Self.entry($0)) }),
                "public_key": publicKey.map { .string($0) } ?? .null,
            ])
        }
        let entries = previous.map { previous in
            let members = Self.entry(previous).members.map { "\($0.key): \($0.value.text)" }
            return "{" + members.joined(separator: ", ") + "}"
        }
        Terminal.say(
            "\(file) holds the new secret. Give it to the receiver, write this below the secret \"\(name)\" in the "
                + "configuration, and then reload:")
        Terminal.print("previous: [\(entries.joined(separator: ", "))]")
        if let publicKey { Terminal.say("receivers verify with \(publicKey)") }
    }

    private static func entry(_ previous: SecretReference.Previous) -> JSONObject {
        var object = JSONObject()
        switch previous.location {
        case .file(let path): object.append("file", .string(absolute(path)))
        case .environment(let name): object.append("env", .string(name))
        case .credential(let name): object.append("credential", .string(name))
        }
        if let until = previous.until { object.append("until", .string(second(until))) }
        return object
    }

    /// The configuration counts relative paths from its own directory, this program from another.
    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let directory = getcwd(nil, 0) else { return path }
        defer { free(directory) }
        return String(cString: directory) + "/" + path
    }

    /// `2026-11-22T10:00:00Z`, as `until:` is written.
    private static func second(_ moment: Timestamp) -> String { moment.description.prefix(19) + "Z" }

    /// `20261122T100000Z`, as a part of a file's name.
    private static func compact(_ moment: Timestamp) -> String {
        second(moment).filter { $0 != "-" && $0 != ":" }
    }
}

extension DurationArgument {
    fileprivate static let week = DurationArgument(.days(7))
}
