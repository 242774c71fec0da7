package import CallbackCore
import HookProtocol

/// The action `command` as the configuration knows it.
package enum CommandDescription {
    package static let kind = "command"

    package static let description = ActionDescription(
        kind: kind,
        schema: SettingsSchema([
            .init(
                "run", .list(.template), required: true,
                demands: ["minItems": 1, "prefixItems": [["type": "string", "pattern": "^/"]]],
                "The program's whole path and its arguments; no shell."),
            .init("environment", .map(.template), "Variables for the program beside those of the event."),
            .init("output-limit", .size, "How much of the output is kept on the attempt; 64KiB unless given."),
            .init("user", .text, "The user that the program runs as; the daemon's own unless given."),
            .init("group", .text, "One of that user's groups, in place of its own."),
            .init("directory", .path, "Where the program starts; / unless given."),
            .init(
                "umask", .text, demands: ["pattern": "^0?[0-7]{3}$"],
                "The permissions that its files do not get, in octal and in quotes; \"022\" unless given."),
            .init("limits", .settings(limits), "How much of the machine each of its processes may use."),
        ]),
        codes: StatusCodes(0...255, hasClasses: false, "an exit code from 0 to 255"),
        check: check,
        rehearsal: CommandPreview.rehearsal
    )

    /// The largest output that an attempt may carry.
    static let largestOutput: Int64 = 1 << 20

    private static func check(_ target: TargetSettings) -> [Diagnostic] {
        checkProgram(target) + checkEnvironment(target) + checkOutputLimit(target) + checkSurroundings(target)
            + VerifyCheck.diagnostics(of: target)
    }

    private static let limits = SettingsSchema([
        .init("cpu", .duration, "Processor time, in whole seconds."),
        .init("memory", .size, "Address space."),
        .init("files", .integer(3...1_048_576), "Open descriptors."),
        .init("processes", .integer(1...4_194_304), "Processes and threads of the program's user, all together."),
        .init("file-size", .size, "The size of any file that it writes."),
    ])

    private static func checkSurroundings(_ target: TargetSettings) -> [Diagnostic] {
        let settings = target.settings
        var found: [Diagnostic] = []
        if let mask = settings.text("umask"), HookSurroundings.mask(mask) == nil {
            found.append(
                Diagnostic(
                    ActionCode.badSurroundings.rawValue, "\"\(mask)\" is not a umask",
                    at: settings.values["umask"]?.place,
                    help: "write three octal digits in quotes, as in umask: \"027\""))
        }
        if settings.text("user") == nil, let group = settings.values["group"] {
            found.append(
                Diagnostic(
                    ActionCode.badSurroundings.rawValue, "target \"\(target.name)\" has a group and no user",
                    at: group.place, help: "a group is taken on with its user: add user:"))
        }
        guard let limits = settings.settings("limits") else { return found }
        for key in ["cpu", "memory", "file-size"] {
            guard let setting = limits.values[key], setting.value.isNothing else { continue }
            found.append(
                Diagnostic(
                    ActionCode.badSurroundings.rawValue, "with \"\(key)\" of nothing no program can run",
                    at: setting.place, help: "leave the key out where there is to be no limit"))
        }
        return found
    }

    private static func checkProgram(_ target: TargetSettings) -> [Diagnostic] {
        let run = target.settings.values["run"]
        guard let arguments = target.settings.texts("run"), let program = arguments.first else {
            return [
                Diagnostic(
                    ActionCode.runsNothing.rawValue, "target \"\(target.name)\" runs nothing",
                    at: run?.place ?? target.place,
                    help: "write the program and its arguments as a list: run: [/usr/lib/callbackd/hooks/notify, --all]"
                )
            ]
        }
        var place = run?.place
        if case .list(let settings)? = run?.value { place = settings.first?.place ?? place }
        if program.contains("{{") {
            return [
                Diagnostic(
                    ActionCode.templatedProgram.rawValue,
                    "the program of target \"\(target.name)\" comes from a template", at: place,
                    help: "which program runs is decided here and not by an event; its arguments may hold templates")
            ]
        }
        if !program.hasPrefix("/") {
            return [
                Diagnostic(
                    ActionCode.partOfPath.rawValue, "\"\(program)\" is not a whole path", at: place,
                    help: "programs are not searched for: begin with /, as in \(Self.wholePath(program))")
            ]
        }
        return []
    }

    /// What a program may have been meant to be; one with a directory is no program of the system.
    static func wholePath(_ program: String) -> String {
        program.contains("/")
            ? "/usr/lib/callbackd/hooks/\(program.split(separator: "/").last ?? "")" : "/usr/bin/\(program)"
    }

    private static func checkEnvironment(_ target: TargetSettings) -> [Diagnostic] {
        let variables = target.settings.map("environment") ?? [:]
        return variables.sorted { $0.key < $1.key }.compactMap { name, setting in
            guard let objection = CommandEnvironment.objection(to: name) ?? objection(to: name, setting) else {
                return nil
            }
            return Diagnostic(
                ActionCode.refusedVariable.rawValue, "a hook cannot get the variable \"\(name)\"", at: setting.place,
                help: objection)
        }
    }

    /// A fixed search path is the administrator's word; one from an event would let data choose programs.
    private static func objection(to name: String, _ setting: Setting) -> String? {
        guard name == "PATH", case .text(let value) = setting.value, value.contains("{{") else { return nil }
        return "an event must not choose where programs are searched for; write the path out"
    }

    private static func checkOutputLimit(_ target: TargetSettings) -> [Diagnostic] {
        guard let limit = target.settings.size("output-limit"), limit > largestOutput else { return [] }
        return [
            Diagnostic(
                ActionCode.muchOutput.rawValue, "an output limit of \(limit) bytes is more than an attempt can carry",
                at: target.settings.values["output-limit"]?.place, help: "1MiB is the most")
        ]
    }
}

extension SettingValue {
    fileprivate var isNothing: Bool {
        switch self {
        case .size(0), .duration(.zero): true
        default: false
        }
    }
}

extension Diagnostic {
    /// An error.
    fileprivate init(_ code: String, _ message: String, at place: ConfigPlace?, help: String) {
        self.init(.error, code, message, at: place, label: nil, help: help)
    }
}
