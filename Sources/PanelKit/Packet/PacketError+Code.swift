extension PacketError {
    /// The documented numbers.
    package enum Code: Int, Sendable, CaseIterable {
        case wrongPassword = 1001
        case userExists = 1002
        case agentFailed = 1003
        case setupIncomplete = 1004
        case unsupportedVersion = 1005
        case permissionDenied = 1006
        case alreadyExists = 1007
        case multipleAccess = 1008
        case invalidVirtuozzoKey = 1009
        case accessDenied = 1010
        case accountDisabled = 1011
        case loginLocked = 1012
        case unknownObject = 1013
        case malformedPacket = 1014
        case unknownOwner = 1015
        case unsupportedFeature = 1017
        case unknownAddress = 1018
        case invalidValue = 1019
        case operationFailed = 1023
        case limitReached = 1024
        case wrongStatus = 1025
        case componentMissing = 1026
        case addressFailed = 1027
        case unknownAuthentication = 1029
        case licenseExpired = 1030
        case componentNotConfigured = 1031
        case wrongInterface = 1032
        case incompleteAccount = 1033
        case webmailMissing = 1050
        case invalidKey = 11003
        case wrongDatabaseServer = 14008
        case databaseServerNotConfigured = 14009

        /// What it means, in a few words.
        package var meaning: String {
            switch self {
            case .wrongPassword: "the login or the password is wrong"
            case .userExists: "there is such an account already"
            case .agentFailed: "the panel could not begin its work"
            case .setupIncomplete: "the panel has not been set up to its end"
            case .unsupportedVersion: "this version of the protocol is not spoken"
            case .permissionDenied: "the caller may not do this"
            case .alreadyExists: "it is already there"
            case .multipleAccess: "somebody else is at it"
            case .invalidVirtuozzoKey: "the Virtuozzo key is not valid"
            case .accessDenied: "the caller may not use the panel"
            case .accountDisabled: "the account is switched off"
            case .loginLocked: "too many attempts: the login is locked for a while"
            case .unknownObject: "there is no such object"
            case .malformedPacket: "the packet cannot be understood"
            case .unknownOwner: "there is no such owner"
            case .unsupportedFeature: "this version cannot do it"
            case .unknownAddress: "there is no such IP address"
            case .invalidValue: "a value is wrong"
            case .operationFailed: "the operation failed"
            case .limitReached: "a limit is reached"
            case .wrongStatus: "the status is none of the known ones"
            case .componentMissing: "a component is not installed"
            case .addressFailed: "the operation on an IP address failed"
            case .unknownAuthentication: "this way of authentication is not known"
            case .licenseExpired: "the licence has expired"
            case .componentNotConfigured: "a component is not configured"
            case .wrongInterface: "there is no such network interface"
            case .incompleteAccount: "the customer's account lacks something"
            case .webmailMissing: "webmail is not installed"
            case .invalidKey: "the secret key is not valid here"
            case .wrongDatabaseServer: "the database server is of the wrong type"
            case .databaseServerNotConfigured: "the database server is not configured"
            }
        }
    }
}
