import CallbackCore

/// The daemon's status for a person.
struct StatusView {
    let status: DaemonStatus
    let palette: Palette

    func print() { Terminal.print(lines.joined(separator: "\n")) }

    var lines: [String] {
        let word =
            status.isWell
            ? palette(.green, "ready") : status.ready ? palette(.red, "needs you") : palette(.red, "not ready")
        var lines = [
            "callbackd \(status.version)  \(word)  process \(status.pid), since \(status.startedAt)",
            "state     \(status.statePath.harmless), last event \(status.lastSequence)",
        ]
        if let queue = status.queue {
            let share = "\(ByteCount.words(queue.bytes)) of \(ByteCount.words(queue.limit))"
            lines.append("owed      \(queue.deliveries) deliveries, \(share)")
        }
        for alarm in status.alarms { lines.append(palette(.red, "alarm     \(alarm.harmless)")) }
        if let problem = status.stateProblem { lines.append(palette(.red, "          \(problem.harmless)")) }
        if let configuration = status.configuration { lines += self.lines(of: configuration) }
        if let doubts = status.doubts { lines += self.lines(of: doubts) }
        let sources = sourceTable.lines(palette)
        if !sources.isEmpty { lines += [""] + sources }
        for source in status.sources {
            if let snapshot = source.snapshot {
                lines.append("snapshot of \(source.name.harmless): \(snapshot.harmless)")
            }
            guard let gap = source.gap else { continue }
            lines.append(palette(.red, "gap in \(source.name.harmless): \(gap.harmless)"))
            lines.append("  when you know what was missed: callbackd source accept \(source.name.harmless)")
        }
        for subject in status.heldSubjects ?? [] {
            lines.append(palette(.red, "held: \(subject.harmless) gave too many events in a minute"))
            lines.append(
                "  when what causes them is mended: callbackd deliveries release --subject \(subject.harmless)")
        }
        for target in status.targets where target.healed > 0 {
            lines.append(
                palette(
                    .red,
                    "\(target.name.harmless): \(target.healed) times something due was not in mind, and was "
                        + "taken up again: please report this as a mistake of callbackd"))
        }
        let targets = targetTable.lines(palette)
        if !targets.isEmpty { lines += [""] + targets }
        for target in status.targets {
            for remark in target.remarks {
                lines.append(palette(.yellow, "target \(target.name.harmless): \(remark.harmless)"))
            }
            guard let disabled = target.disabled else { continue }
            lines.append(
                palette(
                    .red, "\(target.name.harmless) is disabled since \(disabled.since): \(disabled.words.harmless)"))
            lines.append(
                "  what waits for it stays; when it works again: callbackd targets enable \(target.name.harmless)")
        }
        return lines
    }

    private func lines(of configuration: DaemonStatus.ConfigurationLine) -> [String] {
        let rules = "rules     version \(configuration.version), in force since \(configuration.since)"
        var lines = [rules]
        if configuration.parked > 0 {
            lines.append(
                palette(.yellow, "parked    \(configuration.parked), whose rule or target is gone")
                    + ": callbackd deliveries list --state parked")
        }
        guard let failure = configuration.failure else { return lines }
        let words = "configuration: the last reload failed, version \(configuration.version) is still in force"
        return lines + [
            palette(.red, words), "  \(failure.at)  \(failure.reason.harmless)",
            "  callbackd check --here --config \(configuration.path.harmless)",
        ]
    }

    private func lines(of doubts: DaemonStatus.DoubtLine) -> [String] {
        var lines: [String] = []
        if doubts.uncertain > 0 {
            lines.append(
                palette(.yellow, "uncertain \(doubts.uncertain), to be verified before anything of them is sent")
                    + ": callbackd deliveries list --state uncertain")
        }
        if !doubts.heldAfterCrashes.isEmpty {
            let named = doubts.heldAfterCrashes.joined(separator: " ")
            lines.append(
                palette(.red, "held      under way each time the daemon died: \(named)"))
            lines.append("  look at them: callbackd deliveries show; then callbackd deliveries release, or cancel")
        }
        return lines
    }

    private var sourceTable: Table {
        var table = Table("SOURCE", "STATE", "POSITION", "GAP", "")
        for source in status.sources {
            let isWatching = source.state == "watching"
            table.add(
                .init(source.name, .bold), .init(source.state, isWatching ? .green : .red), .init("\(source.position)"),
                .init(source.gap == nil ? "-" : "open", source.gap == nil ? nil : .red), .init(source.words))
        }
        return table
    }

    private var targetTable: Table {
        var table = Table("TARGET", "KIND", "STATE", "IN FLIGHT", "DELIVERED", "FAILED", "DEAD", "")
        for target in status.targets {
            let state: Table.Cell =
                if target.disabled != nil {
                    .init("disabled", .red)
                } else if target.paused {
                    .init("paused", .yellow)
                } else if let until = target.openUntil {
                    .init("down, probed \(until)", .red)
                } else if let until = target.throttledUntil {
                    .init("throttled until \(until)", .yellow)
                } else {
                    .init("open", .green)
                }
            table.add(
                .init(target.name, .bold), .init(target.kind), state, .init("\(target.inFlight)"),
                .init("\(target.delivered)"), .init("\(target.failedAttempts)"),
                .init("\(target.dead)", target.dead > 0 ? .red : nil), .init(target.lastFailure ?? ""))
        }
        return table
    }
}
