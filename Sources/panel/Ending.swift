import ArgumentParser
import Glibc
import PanelKit
import PanelServer

/// How the program ends: the exit codes of `sysexits.h` that it uses, and where its words go.
enum Ending: Int32 {
    /// A packet was answered with an error status.
    case answeredWithError = 1
    case brokenData = 65
    case noInput = 66
    case unavailable = 69
    case cannotCreate = 73
    case cannotWrite = 74
    case tryAgain = 75
    case noPermission = 77
    case wrongConfiguration = 78

    var code: ExitCode { ExitCode(rawValue) }

    /// Runs a verb; what it throws becomes a sentence on standard error and an exit code.
    static func explaining<Value>(_ verb: () throws -> Value) throws -> Value {
        do {
            return try verb()
        } catch let error as PanelDatabaseError {
            say("\(error)")
            throw ending(for: error).code
        } catch let error as LicenseOrderError {
            say("the order is not accepted: \(error)")
            throw Ending.brokenData.code
        } catch let error as UnknownLicense {
            say("\(error)")
            throw Ending.answeredWithError.code
        } catch let error as ServerError {
            say("\(error)")
            throw Ending.wrongConfiguration.code
        }
    }

    /// Prints on standard output.
    ///
    /// - Throws: exit 74 where the other side is gone or the disk is full.
    static func print(_ bytes: [UInt8]) throws {
        guard StandardStream.write(bytes, to: STDOUT_FILENO) else { throw Ending.cannotWrite.code }
    }

    static func print(_ text: String) throws { try print(Array(text.utf8)) }

    static func say(_ sentence: String) {
        _ = StandardStream.write("panel: \(sentence)\n", to: STDERR_FILENO)
    }

    private static func ending(for error: PanelDatabaseError) -> Ending {
        switch error {
        case .missing: .noInput
        case .foreign: .wrongConfiguration
        case .occupied: .cannotCreate
        case .forbidden: .noPermission
        case .inaccessible: .noInput
        case .locked: .tryAgain
        case .failed: .cannotWrite
        }
    }
}
