import CallbackActions
import CallbackConfig
import CallbackCore
import Glibc
import HookProtocol

/// Judges whether the hooks of a configuration can run here as the users that it names.
struct HookUserCheck {
    let severity: Diagnostic.Severity
    /// The user that this process runs as.
    var own = geteuid()

    func diagnostics(of configuration: Configuration) -> [Diagnostic] {
        configuration.targets.compactMap { target in
            guard let name = target.settings.text("user") else { return nil }
            return unknown(name, target) ?? withoutRights(name, target, configuration.hookRunnerSocket)
        }
    }

    /// Who may own the program of a target: the user that runs it, beside root.
    static func owners(of target: TargetSettings) -> [uid_t] {
        let user = target.settings.text("user").flatMap { SystemUser(named: $0)?.user }
        return [geteuid()] + (user.map { [$0] } ?? [])
    }

    private func unknown(_ name: String, _ target: TargetSettings) -> Diagnostic? {
        func finding(_ words: String, _ key: String, help: String) -> Diagnostic {
            Diagnostic(
                severity, SurroundingsCode.hookUser.rawValue, "target \"\(target.name)\": \(words)",
                at: target.settings.values[key]?.place, help: help)
        }
        guard let known = SystemUser(named: name) else {
            return finding("there is no user \"\(name)\"", "user", help: "useradd --system '\(name)'")
        }
        guard let group = target.settings.text("group") else { return nil }
        guard let number = SystemUser.group(named: group) else {
            return finding("there is no group \"\(group)\"", "group", help: "groupadd --system '\(group)'")
        }
        guard known.groups.contains(number) else {
            return finding(
                "\"\(name)\" does not belong to the group \"\(group)\"", "group",
                help: "usermod --append --groups '\(group)' '\(name)'")
        }
        return nil
    }

    private func withoutRights(_ name: String, _ target: TargetSettings, _ socket: String?) -> Diagnostic? {
        let place = target.settings.values["user"]?.place
        func finding(_ words: String, help: String) -> Diagnostic {
            Diagnostic(
                severity, SurroundingsCode.hookRights.rawValue, "target \"\(target.name)\": \(words)", at: place,
                help: help)
        }
        if let socket {
            var facts = stat()
            guard stat(socket, &facts) == 0, facts.st_mode & S_IFMT == S_IFSOCK else {
                return finding(
                    "there is no hook runner at \(socket)", help: "systemctl enable --now callbackd-hooks.socket")
            }
            return nil
        }
        // Root may become anybody, and a user itself.
        if own == 0 || SystemUser(named: name)?.user == own && target.settings.text("group") == nil { return nil }
        return finding(
            "user \(own) may not run a command as \"\(name)\"",
            help: "name the user in callbackd-hooks@.service (--user \(name)), systemctl enable --now "
                + "callbackd-hooks.socket, and write hooks: {runner: /run/callbackd-hooks.sock}")
    }
}
