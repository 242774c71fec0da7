import Glibc

/// The seed of a random test: a new one for each run, printed, so that a failure can be had again.
enum TestSeed {
    /// - Parameter what: the test, for the line that is printed. `CALLBACKD_SEED` takes the place of the random seed.
    static func draw(for what: String) -> UInt64 {
        let given = getenv("CALLBACKD_SEED").flatMap { UInt64(String(cString: $0)) }
        let seed = given ?? UInt64.random(in: 0...(.max))
        print("\(what): CALLBACKD_SEED=\(seed)")
        return seed
    }
}
