package import CallbackCore

/// The stable codes of what keeps a configuration without mistakes from coming into force. A code is never given a new
/// meaning.
package enum ReloadCode: String, CaseIterable, Sendable {
    case needsRestart = "L001"
    case cannotChange = "L002"

    package var meaning: String {
        switch self {
        case .needsRestart: "a part changed that a running daemon cannot change"
        case .cannotChange: "what the new configuration needs on this machine cannot be had now"
        }
    }
}

extension ReloadCode: ExplainedCode {
    package var lesson: CodeLesson {
        switch self {
        case .needsRestart:
            CodeLesson(
                "The state file, the sockets and the sources are those of the daemon's whole life. "
                    + "Restart it, or take that change back to have the others at once.",
                .top,
                wrong:
                    "# where the daemon was started with /run/callbackd/control.sock\ncontrol: {socket: /run/control.sock}",
                right: "# as before\ncontrol: {socket: /run/callbackd/control.sock}", .reload)
        case .cannotChange:
            CodeLesson(
                "The words are right, and something else failed, such as writing the state file or finding the program "
                    + "that starts hooks. The message says what; the configuration from before stays in force.",
                .command,
                wrong: "# while callbackd-hooks is missing beside callbackd\nrun: [/bin/true]",
                right: "# with callbackd-hooks beside callbackd\nrun: [/bin/true]", .reloadHere)
        }
    }
}
