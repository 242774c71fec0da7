/// How many deliveries may be in flight at a target that has just come back: one, two, four, … doubled with each round
/// that ends well.
struct SlowStart: Hashable, Sendable {
    /// Nil where it is over.
    private(set) var allowance: Int?

    /// Whether one more may start.
    func admits(inFlight: Int) -> Bool {
        guard let allowance else { return true }
        return inFlight < allowance
    }

    /// Begins anew with one.
    mutating func begin() { allowance = 1 }

    /// One has ended well: in its place two may go.
    /// - Parameter limit: with so many it is over.
    mutating func succeeded(limit: Int) {
        guard let allowance else { return }
        self.allowance = allowance + 1 < limit ? allowance + 1 : nil
    }
}
