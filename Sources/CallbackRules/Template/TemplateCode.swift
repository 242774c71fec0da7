/// The stable codes of what is wrong with templates. A code is never given a new meaning; T005 is not used any more.
package enum TemplateCode: String, CaseIterable, Sendable {
    case unclosed = "T001"
    case noPath = "T002"
    case emptyPart = "T003"
    case unknownFilter = "T004"
    case badArgument = "T006"
    case unknownField = "T007"
    case mayBeMissing = "T008"
    case notYetKnown = "T009"
    case secretNotAllowedHere = "T010"
    case badSecret = "T011"
    case host = "T012"
    case badCharacter = "T013"
    case templateAsKey = "T014"
    case program = "T015"
    case neverFits = "T016"
    case badDateFormat = "T017"

    package var meaning: String {
        switch self {
        case .unclosed: "an expression is not closed by }}"
        case .noPath: "an expression begins with something that is neither a field nor a quoted text"
        case .emptyPart: "the path of a field has an empty part"
        case .unknownFilter: "a filter that does not exist"
        case .badArgument: "a filter has arguments that it does not take, or lacks one"
        case .unknownField: "a field that the events of the rule cannot have"
        case .mayBeMissing: "a field that some of the rule's events do not have, without a default"
        case .notYetKnown: "order-by uses a field that is known only after the deliveries are put in order"
        case .secretNotAllowedHere: "a secret is used outside the value of a header"
        case .badSecret: "a reference to a secret cannot be understood, or names none"
        case .host: "the scheme or host of a URL comes from a template"
        case .badCharacter: "a fixed text holds a character that its place cannot hold"
        case .templateAsKey: "the name of a field in a body is a template"
        case .program: "the program of a command comes from a template"
        case .neverFits: "a filter can never take, or never changes, what stands before it"
        case .badDateFormat: "the format of the filter date cannot be understood"
        }
    }
}
