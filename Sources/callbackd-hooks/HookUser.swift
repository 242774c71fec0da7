import CSpawn
import Glibc
import HookProtocol

/// The user and the groups that a command takes on.
struct HookUser {
    /// Why a command cannot run as the user that was asked for.
    struct Refusal: Error {
        let words: String
    }

    let user: uid_t
    let group: gid_t
    /// Every group of the user, `group` among them: what the runner itself belongs to is not passed on.
    let groups: [gid_t]

    /// Looks a user up.
    /// - Parameters:
    ///   - name: of the user.
    ///   - groupName: of one of its groups; empty for its own.
    init(_ name: String, group groupName: String) throws(Refusal) {
        guard let known = SystemUser(named: name) else { throw Refusal(words: "there is no user \"\(name)\"") }
        user = known.user
        groups = known.groups
        guard !groupName.isEmpty else {
            group = known.group
            return
        }
        guard let wanted = SystemUser.group(named: groupName) else {
            throw Refusal(words: "there is no group \"\(groupName)\"")
        }
        // A group is a right too: who may become this user has those of its groups, and no others.
        guard known.groups.contains(wanted) else {
            throw Refusal(words: "\"\(name)\" does not belong to the group \"\(groupName)\"")
        }
        group = wanted
    }
}

/// Whom the hooks of this runner may run as, beside the user that it runs as itself.
struct HookUserRule {
    /// The names on the command line.
    let allowed: Set<String>

    /// The user to take on; nil where the command runs as the runner does.
    func user(_ surroundings: HookSurroundings) throws(HookUser.Refusal) -> HookUser? {
        guard !surroundings.user.isEmpty else { return nil }
        let wanted = try HookUser(surroundings.user, group: surroundings.group)
        if wanted.user == geteuid(), surroundings.group.isEmpty { return nil }
        guard cspawn_may_change_user() != 0 else {
            throw HookUser.Refusal(
                words: "the hook runner runs as user \(geteuid()) and may not become another; start callbackd-hooks as "
                    + "a service with that right and name its socket below hooks:")
        }
        // Root's own daemon could do all that anyway. A runner that was given the right is told by whom it may use it.
        guard geteuid() == 0 && allowed.isEmpty || allowed.contains(surroundings.user) else {
            throw HookUser.Refusal(
                words: "the service of the hook runner does not name this user; "
                    + "add --user \(surroundings.user) to its ExecStart")
        }
        guard wanted.user != 0 || geteuid() == 0 else {
            throw HookUser.Refusal(words: "only a hook runner that is root itself runs hooks as root")
        }
        return wanted
    }
}
