import CallbackCore

/// What a running daemon cannot change: where its files and sockets are, and what it watches.
enum RestartNeeded {
    /// One error for each change that needs a restart; none where everything can change at once.
    static func diagnostics(from old: Configuration, to new: Configuration) -> [Diagnostic] {
        var found: [Diagnostic] = []
        if old.statePath != new.statePath {
            found.append(needsRestart("state changed, from \(old.statePath) to \(new.statePath)"))
        }
        if old.control != new.control { found.append(needsRestart("control changed")) }
        if old.hookRunnerSocket != new.hookRunnerSocket { found.append(needsRestart("hooks changed")) }
        return found + sources(old.sources, new.sources)
    }

    private static func sources(_ old: [SourceSettings], _ new: [SourceSettings]) -> [Diagnostic] {
        var found: [Diagnostic] = []
        for source in new {
            guard let before = old.first(where: { $0.name == source.name }) else {
                found.append(needsRestart("sources.\(source.name) is new", at: source.place))
                continue
            }
            guard before.content != source.content else { continue }
            found.append(needsRestart("sources.\(source.name) changed", at: source.place))
        }
        let names = Set(new.map(\.name))
        for source in old where !names.contains(source.name) {
            found.append(needsRestart("sources.\(source.name) was taken out"))
        }
        return found
    }

    private static func needsRestart(_ what: String, at place: ConfigPlace? = nil) -> Diagnostic {
        Diagnostic(
            .error, ReloadCode.needsRestart.rawValue, "\(what): this needs a restart", at: place,
            help: "systemctl restart callbackd, or take that change back to have the others at once")
    }
}
