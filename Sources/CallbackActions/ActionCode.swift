package import CallbackCore

/// The stable codes of what actions find in their settings. A code is never given a new meaning; C091 is not used any
/// more.
package enum ActionCode: String, CaseIterable, Sendable {
    case runsNothing = "C080"
    case templatedProgram = "C081"
    case partOfPath = "C082"
    case refusedVariable = "C083"
    case muchOutput = "C084"
    case badSurroundings = "C086"
    case verifyURLOfCommand = "C089"
    case unverified = "C090"
    case badURL = "C092"
    case badProxy = "C093"
    case badHeader = "C094"
    case halfCertificate = "C095"
    case plainHTTP = "C096"
    case badNetwork = "C097"
    case templateOnly = "C098"
    case badContentType = "C099"
    case addressRefused = "C100"

    package var meaning: String {
        switch self {
        case .runsNothing: "a command has no program"
        case .templatedProgram: "the program of a command comes from a template"
        case .partOfPath: "the program of a command is not a whole path"
        case .refusedVariable: "a variable that a hook cannot get"
        case .muchOutput: "more output is to be kept than an attempt can carry"
        case .badSurroundings: "a umask, a group or a limit of a command that cannot be used"
        case .verifyURLOfCommand: "verify: has a url, and its target is no webhook"
        case .unverified: "the certificate of a receiver is not looked at"
        case .badURL: "the url of a webhook cannot be used"
        case .badProxy: "the url of a proxy cannot be used"
        case .badHeader: "a header that cannot be sent, or that callbackd sets itself"
        case .halfCertificate: "a client's certificate without its key, or the reverse"
        case .plainHTTP: "a webhook goes over plain http to another machine"
        case .badNetwork: "a network below egress: cannot be used"
        case .templateOnly: "a webhook has a body or content type, but not the format template"
        case .badContentType: "a content type that is none, or for which values cannot be escaped"
        case .addressRefused: "a webhook goes to an address that egress does not allow"
        }
    }
}

extension ActionCode: ExplainedCode {
    package var lesson: CodeLesson {
        switch self {
        case .runsNothing:
            CodeLesson(
                "The first element of run: is the program, the others are its arguments.", .command,
                wrong: "run: []", right: "run: [/usr/lib/callbackd/hooks/notify, --all]")
        case .templatedProgram:
            CodeLesson(
                "An event must not choose which program runs. Arguments may come from it.", .command,
                wrong: "run: [\"/bin/{{ data.new.name }}\"]", right: "run: [/bin/echo, \"{{ data.new.name }}\"]")
        case .partOfPath:
            CodeLesson(
                "Programs are not searched for in PATH: which one runs must not depend on the environment.", .command,
                wrong: "run: [echo, hello]", right: "run: [/bin/echo, hello]")
        case .refusedVariable:
            CodeLesson(
                "Some variables change which code a program loads, others are set by callbackd.", .command,
                wrong: "run: [/bin/true]\nenvironment: {LD_PRELOAD: /tmp/x.so}",
                right: "run: [/bin/true]\nenvironment: {PLAN: \"{{ data.new.name }}\"}")
        case .muchOutput:
            CodeLesson(
                "Output is kept on the attempt in the state file; the rest is read and dropped. 1MiB is the most.",
                .command, wrong: "run: [/bin/true]\noutput-limit: 5MiB", right: "run: [/bin/true]\noutput-limit: 1MiB")
        case .badSurroundings:
            CodeLesson(
                "A umask is octal, which YAML does not know: in quotes. A group goes with its user. A limit is more than 0.",
                .command, wrong: "run: [/bin/true]\numask: \"888\"", right: "run: [/bin/true]\numask: \"027\"")
        case .verifyURLOfCommand:
            CodeLesson(
                "A url is asked with the headers, secrets and TLS files of a webhook. A command has none: it is verified "
                    + "by a program.",
                .top,
                wrong: """
                    targets:
                      billing: {webhook: {url: "https://billing.example.com/hook"}}
                      notify:
                        command: {run: [/bin/true]}
                        verify: {url: "https://billing.example.com/processed"}
                    """,
                right: """
                    targets:
                      billing: {webhook: {url: "https://billing.example.com/hook"}}
                      notify:
                        command: {run: [/bin/true]}
                        verify: {command: [/bin/true]}
                    """)
        case .unverified:
            webhook(
                "Whoever stands on the way can answer in the receiver's place and read what is sent. A receiver with "
                    + "a certificate of its own is trusted by naming it.",
                "tls: {verify: false}", "tls: {ca: /etc/callbackd/receiver.pem}")
        case .badURL:
            CodeLesson(
                "A webhook has an http or https URL with its host written out, without user, password and fragment.",
                .webhook, wrong: "url: billing.example.com/hook", right: "url: https://billing.example.com/hook")
        case .badProxy:
            webhook(
                "A proxy is reached over http, and named with its port.", "proxy: \"ftp://proxy.example.com\"",
                "proxy: http://proxy.example.com:3128")
        case .badHeader:
            webhook(
                "Names have letters, digits and dashes, values no line breaks; host, content-length, webhook-* and "
                    + "ce-* belong to callbackd. A value holds a secret or a template, not both.",
                "headers: {Host: other.example.com}", "headers: {X-Plan: \"{{ data.new.name }}\"}")
        case .halfCertificate:
            webhook(
                "A certificate proves nothing without its key.", "tls: {certificate: client.pem}",
                "tls: {certificate: client.pem, key: client.key}")
        case .plainHTTP:
            CodeLesson(
                "Everyone on the way can read the events and headers, and change them if they are not signed.",
                .webhook, wrong: "url: http://billing.example.com/hook", right: "url: https://billing.example.com/hook")
        case .badNetwork:
            CodeLesson(
                "What is no network would allow nothing, or more than was meant.", .top,
                wrong: "egress: {allow: [10.1.2.0/33]}", right: "egress: {allow: [10.1.2.0/24]}", .insteadOf("C028"))
        case .addressRefused:
            CodeLesson(
                "Webhooks reach public addresses only: a url must not become a way into the network behind. What is "
                    + "meant is allowed by its range.", .top,
                wrong: """
                    targets:
                      billing: {webhook: {url: "https://10.1.2.3/hook"}}
                      notify: {command: {run: [/bin/true]}}
                    """,
                right: """
                    egress: {allow: [10.1.2.3/32]}
                    targets:
                      billing: {webhook: {url: "https://10.1.2.3/hook"}}
                      notify: {command: {run: [/bin/true]}}
                    """)
        case .templateOnly:
            webhook(
                "The other formats say themselves what is sent. A rule's delivery can have a body whatever the format.",
                "body: {plan: \"{{ data.new.name }}\"}", "format: template\nbody: {plan: \"{{ data.new.name }}\"}")
        case .badContentType:
            webhook(
                "Values are escaped as the content type needs it, so that none of them can become part of the syntax.",
                "format: template\ncontent-type: text/html\nbody: \"{{ data.new.name }}\"",
                "format: template\ncontent-type: text/plain; charset=utf-8\nbody: \"{{ data.new.name }}\"")
        }
    }

    private func webhook(_ reason: String, _ wrong: String, _ right: String) -> CodeLesson {
        let url = "url: https://billing.example.com/hook\n"
        return CodeLesson(reason, .webhook, wrong: url + wrong, right: url + right)
    }
}
