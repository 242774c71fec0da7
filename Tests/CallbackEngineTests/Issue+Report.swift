import Testing

extension Issue {
    /// Fails the running tests from a thread that no test started.
    static func report(_ words: String) { Issue.record(Comment(rawValue: words)) }
}
