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
        if let problem = status.stateProblem { lines.append(palette(.red, "          \(problem.harmless)")) }
        if let configuration = status.configuration { lines += self.lines(of: configuration) }
        let sources = sourceTable.lines(palette)
        if !sources.isEmpty { lines += [""] + sources }
        for source in status.sources {
            guard let gap = source.gap else { continue }
            lines.append(palette(.red, "gap in \(source.name.harmless): \(gap.harmless)"))
            lines.append("  when you know what was missed: callbackd source accept \(source.name.harmless)")
        }
        let targets = targetTable.lines(palette)
        if !targets.isEmpty { lines += [""] + targets }
        for target in status.targets {
            for remark in target.remarks {
                lines.append(palette(.yellow, "target \(target.name.harmless): \(remark.harmless)"))
            }
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
                if target.paused {
                    .init("paused", .yellow)
                } else if let until = target.coolingUntil {
                    .init("down until \(until)", .red)
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
