import CallbackTestKit

extension SeededGenerator {
    /// A number from 0, below a count; 0 where that is none.
    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(max(count, 1))) }
}
