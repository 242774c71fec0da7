/// Who sends a packet, and what of the panel is theirs.
///
/// Whoever lets a sender in has already proved who it is; the operators only ask what it may see and touch.
package struct Caller: Sendable, Equatable {
    /// What a sender is to the panel.
    package enum Role: Sendable, Equatable {
        /// May do everything.
        case administrator
        /// Sees and touches its own plans, customers, webspaces, sites and keys: for it others do not exist.
        case reseller(id: Int64)
    }

    package let role: Role
    /// The login name, as it stands in the panel's action log.
    package let login: String
    /// The network address it calls from; nil for callers on this machine.
    package let address: String?

    /// The administrator; on this machine where no address is given.
    package static func administrator(login: String = "admin", address: String? = nil) -> Caller {
        Caller(role: .administrator, login: login, address: address)
    }

    /// A reseller.
    ///
    /// - Parameter id: its row in `clients`.
    package static func reseller(id: Int64, login: String, address: String? = nil) -> Caller {
        Caller(role: .reseller(id: id), login: login, address: address)
    }

    /// The administrator on this machine: whoever may write the database file.
    package static let local = Caller.administrator()

    /// The only owner whose objects this caller may see; nil where it may see all.
    var scope: Int64? {
        switch role {
        case .administrator: nil
        case .reseller(let id): id
        }
    }
}
