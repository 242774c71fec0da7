import GRDB

extension PacketError {
    /// Any error in the API's terms: what is there twice is 1007, all else of the database a failed operation.
    static func explaining(_ error: any Error) -> PacketError {
        if let error = error as? PacketError { return error }
        guard let error = error as? DatabaseError else { return PacketError(.operationFailed, "\(error)") }
        let message = error.message ?? "the database answered \(error.resultCode)"
        return switch error.extendedResultCode {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY:
            PacketError(.alreadyExists, "The same thing is already there: \(message)")
        default:
            PacketError(.operationFailed, "The database refused the change: \(message)")
        }
    }

    /// Tells whether an error concerns one object of an operation only, so that the next one can be tried.
    static func concernsOneObject(_ error: any Error) -> Bool {
        error is PacketError || (error as? DatabaseError)?.concernsOneStatement == true
    }
}
