import ArgumentParser

/// `callbackd explain`
struct ExplainVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "explain", abstract: "Explain a finding of `check`.")
    func run() {}
}
