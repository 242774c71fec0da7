package import CallbackCore
import CallbackStore
import Glibc

/// Carries out a command on the state file itself, where no daemon runs.
package enum OfflineState {
    /// Takes the lock for the time of one command.
    /// - Parameters:
    ///   - targets: the targets of the configuration, which the file may not have met yet.
    ///   - settings: what the configuration says of them.
    /// - Throws: `StateError`: `missing` where there is no file, `heldByAnother` where a daemon runs after all.
    package static func perform(
        _ command: OperatorCommand,
        path: String,
        targets: [TargetName],
        settings: [TargetSettings] = [],
        now: Timestamp
    ) throws -> CommandAnswer {
        guard access(path, F_OK) == 0 else {
            throw StateError(
                kind: .missing,
                message: "there is no state file \(path): `callbackd run` makes it at its first start")
        }
        let lock = try StateLock(statePath: path)
        defer { withExtendedLifetime(lock) {} }
        giveToOwner(of: path, lock.path)
        let file = try StateFile(path: path)
        let registry = try file.register(rules: [], targets: targets)
        // What was under way when a daemon died must not be taken for unsent.
        _ = try file.recover(settings, registry, now: now)
        let executor = CommandExecutor(
            registry: registry, verifying: Set(settings.lazy.filter { $0.verify != nil }.map(\.name)))
        var answer = CommandAnswer(items: [])
        _ = try StateWriter(file).write(
            Turn(), commands: [{ answer = try executor.execute(command, $0) }], now: now)
        // After a crash the next start must still see that it was one.
        if !file.wasUnclean { try file.close() }
        return answer
    }

    /// What root makes here must stay usable for the daemon's own user.
    private static func giveToOwner(of statePath: String, _ path: String) {
        var about = stat()
        guard geteuid() == 0, stat(statePath, &about) == 0 else { return }
        _ = chown(path, about.st_uid, about.st_gid)
    }
}
