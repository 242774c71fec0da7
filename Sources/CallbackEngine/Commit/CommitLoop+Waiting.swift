import CallbackCore
import CallbackStore

extension CommitLoop {
    /// What the writer's thread is handed.
    enum Message: Sendable {
        case intake(IntakeEntry, Ticket)
        case settlements([Settlement])
        case intents([Intent])
        case command(Command)
        case stop
    }

    /// A change by an operator's will.
    struct Command: Sendable {
        let body: @Sendable (StateCommands) throws -> Void
        let done: Completion
        /// How many waiting entries must be written first; nil where the order does not matter.
        var behind: Int?
        /// Nobody waits for it: it goes with the next turn, and brings none about sooner.
        var isPatient = false
    }

    /// Who waits for an entry, and how.
    struct Ticket: Sendable {
        let events: Int
        /// Nobody waits for it: no rule wants anything of it.
        let isPatient: Bool
        let done: Completion
    }

    /// What the next turns have to write.
    struct Waiting {
        var intakes: [(entry: IntakeEntry, ticket: Ticket)] = []
        var settlements: [Settlement] = []
        var intents: [Intent] = []
        var commands: [Command] = []
        var isStopping = false

        var isEmpty: Bool { intakes.isEmpty && settlements.isEmpty && intents.isEmpty && commands.isEmpty }

        var weight: Int { settlements.count + intakes.reduce(0) { $0 + $1.ticket.events } }

        /// The moment before which there is no hurry to commit, in monotonic nanoseconds; nil where there is.
        func earliest(after lastCommit: Int64, isRush: Bool) -> Int64? {
            // Somebody waits for the commit itself.
            guard !isStopping, commands.allSatisfy(\.isPatient) else { return nil }
            if intents.isEmpty, intakes.allSatisfy({ $0.ticket.isPatient }) {
                // Nothing comes later because outcomes, and events that no rule wants, are written a little later.
                let isLong = settlements.isEmpty && weight < CommitLoop.longPauseLimit
                return lastCommit + (isLong ? CommitLoop.longPause : CommitLoop.pause)
            }
            return isRush ? lastCommit + CommitLoop.pause : nil
        }

        mutating func add(_ message: Message) {
            switch message {
            case .intake(let entry, let ticket): intakes.append((entry, ticket))
            case .settlements(let ends): settlements.append(contentsOf: ends)
            case .intents(let more): intents.append(contentsOf: more)
            case .command(var command):
                if command.behind != nil { command.behind = intakes.count }
                commands.append(command)
            case .stop: isStopping = true
            }
        }

        /// Forgets what a turn with so many entries has written.
        mutating func remove(entries: Int) {
            intakes.removeFirst(entries)
            settlements.removeAll(keepingCapacity: true)
            intents.removeAll(keepingCapacity: true)
            commands.removeAll { $0.behind ?? 0 <= entries }
            for index in commands.indices { commands[index].behind? -= entries }
        }
    }
}
