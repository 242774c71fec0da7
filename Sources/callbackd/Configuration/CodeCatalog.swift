import CallbackActions
import CallbackConfig
import CallbackCore
import CallbackEngine
import CallbackRules
import CallbackRows
import CallbackRows
import CallbackSources

/// Every code that a configuration can be answered with, over all parts.
enum CodeCatalog {
    static let all: [CodeExplanation] =
        (DiagnosticCode.explanations + ActionCode.explanations + SourceCode.explanations
        + SurroundingsCode.explanations + RuleCode.explanations + PatternCode.explanations
        + TemplateCode.explanations + ReloadCode.explanations)
        .sorted { $0.code < $1.code }

    static func explanation(of code: String) -> CodeExplanation? { all.first { $0.code == code } }
}
