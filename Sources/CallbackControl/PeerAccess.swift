import Glibc
import NIOCore

/// Who is at the other end of the control socket, as the kernel noted it when the peer connected.
struct PeerCredentials: Hashable, Sendable {
    var process: pid_t
    var user: uid_t
    var group: gid_t
}

/// Who may use the control socket: root, the daemon's own user, and the members of one group.
struct PeerAccess: Sendable {
    var owners: Set<uid_t>
    var group: gid_t?

    /// - Parameter isMember: asked only where it matters.
    func admits(_ peer: PeerCredentials, isMember: (gid_t) -> Bool) -> Bool {
        if owners.contains(peer.user) { return true }
        guard let group else { return false }
        return peer.group == group || isMember(group)
    }

    /// The number of a group.
    /// - Throws: where there is no such group.
    static func number(ofGroup name: String) throws(ControlError) -> gid_t {
        var entry = Glibc.group()
        var found: UnsafeMutablePointer<Glibc.group>?
        var buffer = [CChar](repeating: 0, count: 64 * 1024)
        let code = getgrnam_r(name, &entry, &buffer, buffer.count, &found)
        guard code == 0, let found else {
            throw ControlError(
                "control: group: there is no group \"\(name)\": make it (groupadd --system \(name)), or name another")
        }
        return found.pointee.gr_gid
    }
}

/// The supplementary groups of a peer, as the kernel fills them in: at most 256, the rest zero.
struct PeerGroups: Sendable {
    private var groups = InlineArray<256, gid_t>(repeating: 0)

    /// Zero is also the filling, so membership of group 0 is never read from here.
    func contains(_ group: gid_t) -> Bool {
        guard group != 0 else { return false }
        for index in groups.indices where groups[index] == group { return true }
        return false
    }
}

extension SocketOptionProvider {
    /// SO_PEERCRED.
    func peerCredentials() -> EventLoopFuture<PeerCredentials> {
        unsafeGetSocketOption(level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
    }

    /// SO_PEERGROUPS, which Swift's Glibc does not name. These are the groups that the process has, so a user who was
    /// added to the group must log in again, as for any file.
    func peerGroups() -> EventLoopFuture<PeerGroups> {
        unsafeGetSocketOption(level: .socket, name: NIOBSDSocket.Option(rawValue: 59))
    }
}
