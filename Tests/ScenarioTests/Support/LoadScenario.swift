import CallbackTestKit
import Glibc

/// A scenario whose limits are small, so that what a crash may double is small too, with a hook in the mix.
extension Scenario {
    /// What may be in flight over all targets.
    static let loadInFlight = 8

    static func underLoad(
        receiver script: @escaping LoopbackReceiver.Script = { _ in .status(204) }
    ) throws -> Scenario {
        let scenario = try Scenario(receiver: script)
        try scenario.folder.write("hook.out", "")
        // One write of one line: lines of two hooks never mix.
        let hook = "#!/bin/sh\nprintf '%s %s\\n' \"$EVENT_ID\" \"$EVENT_SUBJECT\" >> '\(scenario.hookOutputPath)'\n"
        try scenario.folder.write("hook.sh", hook, mode: 0o755)
        try scenario.configure(
            targets: Scenario.targets + """

                  hook:
                    command: {run: ["${dir}/hook.sh"]}
                    retry: {schedule: [200ms, 200ms, 500ms, 1s], jitter: 0%}
                    concurrency: 2
                """,
            rules: """
                rules:
                  - name: bill
                    events: [domain.created, domain.updated, domain.deleted, source.gap]
                    deliver: [billing]
                  - name: provision
                    events: [domain.created, domain.updated]
                    match: {data: {new: {displayName: [{prefix: "h"}]}}}
                    deliver: [hook]
                """,
            more: "limits: {in-flight: \(loadInFlight)}")
        return scenario
    }

    /// Waits until every committed change was accepted by the receiver and every hook has run.
    func waitForAll(_ committed: [LoadChange], _ ledger: inout LoadLedger, within milliseconds: Int = 60_000) throws {
        let deadline = LoadTime.now() + milliseconds
        try ledger.take(receiver.requests)
        while ledger.receipts.count < committed.count, LoadTime.now() < deadline {
            let count = receiver.requests.count
            // Nothing more at the deadline is what the verdict tells of.
            _ = try? receiver.waitForRequests(count + 1, within: .seconds(5))
            try ledger.take(receiver.requests)
        }
        let hooks = committed.count(where: \.isForHook)
        try LoadTime.wait(for: "\(hooks) runs of the hook", within: milliseconds) {
            Set(try Shell.read(hookOutputPath).split(separator: "\n")).count >= hooks
        }
    }
}
