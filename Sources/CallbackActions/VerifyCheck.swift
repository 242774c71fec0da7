import CallbackCore
import HTTPTransport

/// What is wrong with a target's `verify:` beyond its words, whatever kind of target it is.
enum VerifyCheck {
    static func diagnostics(of target: TargetSettings) -> [Diagnostic] {
        guard let verify = target.verify else { return [] }
        return checkURL(verify, of: target) + checkCommand(verify, of: target)
    }

    private static func checkURL(_ verify: VerifySettings, of target: TargetSettings) -> [Diagnostic] {
        guard let url = verify.url else { return [] }
        guard target.kind == WebhookDescription.kind else {
            return [
                Diagnostic(
                    .error, ActionCode.verifyURLOfCommand.rawValue,
                    "target \"\(target.name)\" is a \(target.kind) and cannot be verified by a url", at: verify.place,
                    help:
                        "a url is asked with the headers, secrets and TLS files of a webhook; use verify: {command: …}")
            ]
        }
        if WebhookTarget.origin(of: url).contains("{{") {
            return [
                Diagnostic(
                    .error, ActionCode.badURL.rawValue, "a template fills the host of the url in \"verify\"",
                    at: verify.place, help: "write scheme, host and port out; a template may fill path and query")
            ]
        }
        do {
            let endpoint = try HTTPEndpoint(url: WebhookTarget.fixedURL(url))
            guard endpoint.isReadableOnTheWay else { return [] }
            return [
                Diagnostic(
                    .warning, ActionCode.plainHTTP.rawValue,
                    "everyone on the way can read what is asked of \(endpoint.host) over plain http", at: verify.place,
                    help: "use https")
            ]
        } catch {
            return [
                Diagnostic(
                    .error, ActionCode.badURL.rawValue, "url in \"verify\" \(error.description)", at: verify.place)
            ]
        }
    }

    private static func checkCommand(_ verify: VerifySettings, of target: TargetSettings) -> [Diagnostic] {
        guard let command = verify.command else { return [] }
        func error(_ code: ActionCode, _ message: String, _ help: String) -> [Diagnostic] {
            [Diagnostic(.error, code.rawValue, message, at: verify.place, help: help)]
        }
        guard let program = command.first else {
            return error(
                .runsNothing, "\"verify\" of target \"\(target.name)\" runs nothing",
                "write the program and its arguments as a list: command: [/usr/lib/callbackd/hooks/was-it-done]")
        }
        if program.contains("{{") {
            return error(
                .templatedProgram, "the program in \"verify\" of target \"\(target.name)\" comes from a template",
                "which program runs is decided here and not by an event; its arguments may hold templates")
        }
        guard !program.hasPrefix("/") else { return [] }
        return error(
            .partOfPath, "\"\(program)\" is not a whole path",
            "programs are not searched for: begin with /, as in \(CommandDescription.wholePath(program))")
    }
}
