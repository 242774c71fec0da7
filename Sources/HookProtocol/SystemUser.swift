package import Glibc

/// A user as this machine's name service knows it.
package struct SystemUser: Sendable, Hashable {
    package let user: uid_t
    package let group: gid_t
    /// Every group of the user, `group` among them.
    package let groups: [gid_t]

    /// Looks a name up; nil where there is no such user.
    package init?(named name: String) {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var space = [CChar](repeating: 0, count: 1 << 16)
        guard getpwnam_r(name, &entry, &space, space.count, &found) == 0, found != nil else { return nil }
        user = entry.pw_uid
        group = entry.pw_gid
        groups = Self.groups(of: name, entry.pw_gid)
    }

    /// The number of a group; nil where there is none of that name.
    package static func group(named name: String) -> gid_t? {
        var entry = Glibc.group()
        var found: UnsafeMutablePointer<Glibc.group>?
        var space = [CChar](repeating: 0, count: 1 << 16)
        guard getgrnam_r(name, &entry, &space, space.count, &found) == 0, found != nil else { return nil }
        return entry.gr_gid
    }

    private static func groups(of name: String, _ own: gid_t) -> [gid_t] {
        var room: Int32 = 64
        while true {
            var count = room
            var groups = [gid_t](repeating: own, count: Int(room))
            if getgrouplist(name, own, &groups, &count) >= 0 { return Array(groups.prefix(Int(count))) }
            // The count now says how many there are; a C library that does not say so is asked with more room.
            room = max(count, 2 * room)
        }
    }
}
