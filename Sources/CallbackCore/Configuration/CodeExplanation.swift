/// What `callbackd explain` says of a code, with an example that has the mistake and one that has not.
package struct CodeExplanation: Sendable {
    /// What an example is a part of.
    package enum Part: String, Sendable {
        /// A whole file, as it stands.
        case file = "in a file"
        /// Keys at the top of a file that has a source `panel`, the targets `billing` and `notify` and a rule.
        case top = "at the top of a file"
        /// Keys of a rule.
        case rule = "in a rule"
        /// The `body` of a delivery.
        case body = "in the body of a delivery"
        /// Keys of a target, beside `webhook:`.
        case target = "in a webhook's target"
        /// Keys below `webhook:`.
        case webhook = "below webhook"
        /// Keys below `command:`.
        case command = "below command"
        /// Keys of a test, in a file that has also a rule `bill` for new plan items with both targets, and a table
        /// `notes` in the source `panel`, with the key `id` and the event `note.made`.
        case test = "in a test"
    }

    /// When the finding appears.
    package enum Occasion: Sendable, Hashable {
        /// The words alone show it.
        case check
        /// `check --here` and `run` find it, which look at the machine.
        case here
        /// In a configuration the same mistake has this code; this one guards rule books that were kept.
        case insteadOf(String)
        /// The wrong example stands in a file that another one includes.
        case included
        /// A running daemon finds it when it is to reload: the wrong example against the right one in force.
        case reload
        /// As `reload`, but it lies in the machine and not in the words.
        case reloadHere
    }

    package let code: String
    /// One line without a full stop.
    package let meaning: String
    /// One to three sentences: why it is refused, or what to think of.
    package let reason: String
    package let part: Part
    package let wrong: String
    package let right: String
    package let occasion: Occasion

    package init(
        code: String, meaning: String, reason: String, part: Part, wrong: String, right: String, occasion: Occasion
    ) {
        self.code = code
        self.meaning = meaning
        self.reason = reason
        self.part = part
        self.wrong = wrong
        self.right = right
        self.occasion = occasion
    }
}

/// The codes of one target: each case has its explanation, or the target does not compile.
package protocol ExplainedCode: CaseIterable, Sendable, RawRepresentable where RawValue == String {
    var meaning: String { get }
    var lesson: CodeLesson { get }
}

/// The explanation of a code without what the code itself knows.
package struct CodeLesson: Sendable {
    let reason: String
    let part: CodeExplanation.Part
    let wrong: String
    let right: String
    let occasion: CodeExplanation.Occasion

    package init(
        _ reason: String,
        _ part: CodeExplanation.Part,
        wrong: String,
        right: String,
        _ occasion: CodeExplanation.Occasion = .check
    ) {
        self.reason = reason
        self.part = part
        self.wrong = wrong
        self.right = right
        self.occasion = occasion
    }
}

extension ExplainedCode {
    package var explanation: CodeExplanation {
        CodeExplanation(
            code: rawValue, meaning: meaning, reason: lesson.reason, part: lesson.part, wrong: lesson.wrong,
            right: lesson.right, occasion: lesson.occasion)
    }

    package static var explanations: [CodeExplanation] { allCases.map(\.explanation) }
}
