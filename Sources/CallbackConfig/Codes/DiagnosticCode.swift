import CallbackCore

/// The stable codes of what this target finds, each with its meaning in one line.
///
/// Codes that begin with P belong to patterns, T to templates, S to sources and A to actions; those parts declare
/// their own. A code is never given a new meaning, and the code of a finding that no longer exists is not used again.
package enum DiagnosticCode: String, CaseIterable, Sendable {
    // The text of a file.
    case syntax = "C001"
    case unreadableFile = "C002"
    case limitExceeded = "C003"
    case duplicateKey = "C004"
    case unusualYAML = "C005"

    // Keys and names.
    case version = "C011"
    case unknownKey = "C012"
    case missingKey = "C013"
    // C014 is not used any more, and not used again.
    case mainFileOnly = "C015"
    case badName = "C016"
    case declaredTwice = "C017"

    // Values.
    case wrongKind = "C020"
    case wordAsBoolean = "C021"
    case badDuration = "C022"
    case badSize = "C023"
    case badPercent = "C024"
    case outOfRange = "C025"
    case unknownWord = "C026"
    case badDate = "C027"
    case badAddressRange = "C028"
    case badRate = "C029"

    // Secrets.
    case inlineSecret = "C030"
    case unknownSecret = "C031"
    case badReference = "C032"
    case secretNotAllowedHere = "C033"
    case secretLocation = "C034"

    // Sources and targets.
    case missingKindOfPart = "C040"
    case severalKindsOfPart = "C041"
    case oneWayToVerify = "C045"
    case doubtTwice = "C046"

    // What follows from failures.
    case mixedRetry = "C110"
    case badStatus = "C111"

    // Rules.
    case unknownTarget = "C050"
    case unknownEvent = "C051"
    case duplicateRule = "C052"
    case deliversToNobody = "C053"
    case targetTwice = "C054"
    case eventTwice = "C055"

    // Tests.
    case testTwice = "C101"
    case eventOrChange = "C102"
    case unknownField = "C103"
    case unknownSource = "C104"
    case unknownRule = "C105"
    case expectedTwice = "C106"
    case notOfThisKind = "C107"

    // Doubtful, but not wrong.
    case unusedTarget = "C060"
    case nothingToDo = "C061"
    case outlivesEvents = "C062"

    // The machine on which the configuration is to work.
    case stateDirectory = "C070"
    case secretUnavailable = "C071"
    case secretReadableByOthers = "C072"
    case socketDirectory = "C073"
    case unknownGroup = "C074"

    package var meaning: String {
        switch self {
        case .syntax: "the file is not valid YAML"
        case .unreadableFile: "a configuration file cannot be read"
        case .limitExceeded: "a file is too large, nested too deeply, or grows too much through aliases"
        case .duplicateKey: "a key stands twice in one mapping"
        case .unusualYAML: "a YAML feature that configuration files do not use, such as tags or keys that are lists"
        case .version: "the version of the configuration's language is not one that this program reads"
        case .unknownKey: "a key that is not known at this place"
        case .missingKey: "a required key is missing"
        case .mainFileOnly: "a key that only the main file may have stands in an included one"
        case .badName: "a name with characters that names cannot have"
        case .declaredTwice: "the same thing is declared in two files"
        case .wrongKind: "a value of another kind is wanted"
        case .wordAsBoolean: "a boolean is written as a word other than true or false"
        case .badDuration: "a duration cannot be read or is out of range"
        case .badSize: "a size cannot be read or is out of range"
        case .badPercent: "a percentage cannot be read or is out of range"
        case .outOfRange: "a number is too small or too large"
        case .unknownWord: "a word that is not one of those allowed"
        case .badDate: "a date cannot be read"
        case .badRate: "a rate cannot be read or is out of range"
        case .badAddressRange: "an address range cannot be read"
        case .inlineSecret: "a secret stands in the configuration instead of a reference to it"
        case .unknownSecret: "a secret is used that is not declared"
        case .badReference: "a reference in ${…} cannot be understood"
        case .secretNotAllowedHere: "a secret is used in a value that is kept and shown"
        case .secretLocation: "a secret has no place or more than one place where it is kept"
        case .missingKindOfPart: "a source or target does not say what kind it is"
        case .severalKindsOfPart: "a source or target has more than one kind"
        case .oneWayToVerify: "verify: does not have exactly one of url and command"
        case .doubtTwice: "a target has both verify: and at-most-once: true"
        case .mixedRetry: "a retry with both a schedule and growing waits"
        case .badStatus: "a code below statuses: that such a target cannot end with"
        case .unknownTarget: "a rule or a test names a target that is not declared"
        case .unknownEvent: "a rule or a test names an event that no source gives"
        case .duplicateRule: "two rules have the same name"
        case .deliversToNobody: "a rule has no events or no targets"
        case .targetTwice: "a rule delivers to the same target twice"
        case .eventTwice: "a rule names the same event twice"
        case .testTwice: "two tests have the same name"
        case .eventOrChange: "a test does not have exactly one event or one change"
        case .unknownField: "the event of a test has a field that its type cannot have"
        case .unknownSource: "a test changes a row of a source that is not declared"
        case .unknownRule: "a test expects a rule that does not exist"
        case .expectedTwice: "a test says twice what it expects of a rule or target"
        case .notOfThisKind: "a test expects of a target what targets of its kind are not sent"
        case .unusedTarget: "no rule delivers to a target"
        case .nothingToDo: "there is no source or no rule"
        case .outlivesEvents: "a part of finished events is to be kept longer than the events"
        case .stateDirectory: "the directory of the state file is missing or cannot be used"
        case .secretUnavailable: "a secret cannot be read"
        case .secretReadableByOthers: "a secret file can be read by others"
        case .socketDirectory: "the directory of the control socket is not safe or cannot be made"
        case .unknownGroup: "the group of the control socket does not exist"
        }
    }
}

extension Diagnostic {
    init(
        _ severity: Severity = .error,
        _ code: DiagnosticCode,
        _ message: String,
        at place: ConfigPlace?,
        label: String? = nil,
        help: String? = nil
    ) {
        self.init(severity, code.rawValue, message, at: place, label: label, help: help)
    }
}
