import CallbackCore

/// `verify:` and `at-most-once:`: what becomes of a delivery of which nobody knows whether it was processed.
extension ConfigurationDraft {
    /// - Parameter mark: the number of diagnostics before the target's keys were read.
    mutating func readDoubt(_ settings: Settings, of target: inout TargetSettings, since mark: Int) {
        target.isAtMostOnce = settings.bool("at-most-once") ?? false
        guard let verify = settings.settings("verify") else { return }
        let place = settings.values["verify"]?.place ?? target.place
        let owner = "target \(quoted(target.name.rawValue))"
        target.verify = VerifySettings(url: verify.text("url"), command: verify.texts("command"), place: place)
        if target.isAtMostOnce {
            checker.report(
                .doubtTwice, "\(owner) has both \"verify\" and \"at-most-once\"",
                at: settings.values["at-most-once"]?.place ?? place,
                help: "verify asks and then goes on, at-most-once gives up unasked: keep one of them")
        }
        let count = [verify.values["url"], verify.values["command"]].compactMap { $0 }.count
        // A key that could not be read was reported already.
        if count == 2 || count == 0 && !checker.hasErrors(since: mark) {
            checker.report(
                .oneWayToVerify, "\"verify\" in \(owner) must have exactly one of url and command", at: place,
                help: "url: a GET answers 2xx or 404; command: a program answers with exit code 0 or 1")
        }
    }
}
