/// By what a remote sender says who it is.
package enum RemoteCredentials: Sendable {
    case password(login: String, password: String)
    case secretKey(String)
    case none
}

/// A sender that was let in, and by what.
package struct RemoteGrant: Sendable {
    package let caller: Caller

    /// The account whose password it gave; nil where it gave a key.
    let account: Account?
    let digest: AcceptedPasswords.Digest?
}
