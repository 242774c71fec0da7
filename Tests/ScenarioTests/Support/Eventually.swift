import Glibc

/// Waits until a condition holds: looks at it every 10 ms, and gives up at the deadline.
/// - Throws: `ScenarioError` that says what did not come to pass, or what the condition throws.
func eventually(
    _ what: @autoclosure () -> String,
    within limit: Duration = .seconds(20),
    _ holds: () throws -> Bool
) throws {
    let deadline = ContinuousClock.now + limit
    while try !holds() {
        guard ContinuousClock.now < deadline else { throw ScenarioError("not within \(limit): \(what())") }
        poll(nil, 0, 10)
    }
}
