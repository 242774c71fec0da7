import ArgumentParser
import CallbackActions
import CallbackControl
import CallbackCore
import CallbackMariaDB
import CallbackSources
import CallbackStore
import Glibc

/// How a program ends, after `sysexits.h`.
enum ExitStatus: Int32 {
    case done = 0
    /// What was asked for was looked at and is not so.
    case checkFailed = 1
    case usage = 64
    case badData = 65
    case noInput = 66
    case unavailable = 69
    case internalError = 70
    case cannotCreate = 73
    case inputOutput = 74
    case temporary = 75
    case noPermission = 77
    case configuration = 78
}

/// Why a verb could not do its work: what, where, and what to do.
struct VerbFailure: Error, CustomStringConvertible {
    let status: ExitStatus
    let description: String

    init(_ status: ExitStatus, _ description: String) {
        self.status = status
        self.description = description
    }
}

/// The end of the program for an error that a verb threw.
struct Ending {
    private let error: any Error

    init(of error: any Error) { self.error = error }

    /// The exit code; nil where the argument parser knows better.
    var status: ExitStatus? {
        switch error {
        case let failure as VerbFailure: failure.status
        case let error as StateError: ExitStatus(error.kind)
        case is ControlError: .cannotCreate
        case let error as SourceError: ExitStatus(error)
        case let error as MariaDBProblem: ExitStatus(error)
        case is WebhookTargetError, is DiagnosticList: .configuration
        case is HookRunnerError: .internalError
        default: nil
        }
    }

    func leave(as root: (some ParsableCommand).Type) -> Never {
        guard let status else { root.exit(withError: error) }
        Terminal.say("callbackd: \(error)")
        exit(status.rawValue)
    }
}

extension ExitStatus {
    init(_ kind: StateError.Kind) {
        self =
            switch kind {
            case .missing: .noInput
            case .busy, .heldByAnother: .temporary
            case .corrupt: .badData
            case .newer: .configuration
            case .full, .inputOutput: .inputOutput
            case .other: .internalError
            }
    }
}

extension ExitStatus {
    init(_ error: SourceError) {
        self =
            switch error {
            case .databaseMissing: .noInput
            case .locked: .temporary
            case .ownedByAnother, .refusedTable, .notInstalled, .newerFormat: .configuration
            case .notTheOwner: .noPermission
            case .unreadable: .badData
            }
    }
}

extension ExitStatus {
    init(_ problem: MariaDBProblem) {
        self =
            switch problem {
            case .unreachable, .refuses, .sendsNothing: .unavailable
            case .wrongPassword, .noReplication, .noSelect, .noTrigger, .noWrite, .administration: .noPermission
            case .tls, .noBinlog, .format, .rowImage, .notMariaDB, .locksNumbers, .refusedTable, .notInstalled,
                .otherForm, .leftOut, .ownedByOther:
                .configuration
            case .inUse: .temporary
            case .damaged: .badData
            }
    }
}
