/// Something that reads what people write, and what must hold whatever they write.
struct FuzzSubject: Sendable {
    enum Outcome: Equatable {
        /// What the input led to, in a few words: the first input that leads somewhere is mutated further.
        case fine(String)
        /// What should have held.
        case broken(String)
    }

    let name: String
    /// Good inputs, and bad ones of the kind that people write.
    let seeds: @Sendable () throws -> [[UInt8]]
    /// Words that mean something to the reader.
    let tokens: [String]
    let check: @Sendable ([UInt8]) -> Outcome

    static let all = [patterns, yaml, templates, json, events, packets]
}
