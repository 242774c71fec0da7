import Glibc

/// Feeds one subject with mutated inputs for a while.
struct FuzzLoop {
    struct Finding {
        let input: [UInt8]
        let message: String
    }

    /// No input may keep the processor longer, in a debug build too. What others take of it does not count.
    private static let patience = Duration.seconds(1)

    let subject: FuzzSubject
    let seed: UInt64
    private(set) var inputs = 0
    private(set) var outcomes: Set<String> = []
    private(set) var findings: [Finding] = []

    init(_ subject: FuzzSubject, seed: UInt64) {
        self.subject = subject
        self.seed = seed
    }

    /// Runs until the time is over, or until there are several findings. The seeds themselves come first.
    /// - Parameter before: called with each input before it is tried.
    mutating func run(for duration: Duration, before: ([UInt8]) -> Void = { _ in }) throws {
        let clock = ContinuousClock()
        let end = clock.now + duration
        let seeds = try subject.seeds()
        var mutator = Mutator(seeds: seeds, tokens: subject.tokens, seed: seed)
        var waiting = seeds[...]
        while clock.now < end, findings.count < 5 {
            let input = waiting.popFirst() ?? mutator.next()
            before(input)
            let start = Self.processorTime
            let outcome = subject.check(input)
            let elapsed = Self.processorTime - start
            inputs += 1
            if elapsed > Self.patience { findings.append(Finding(input: input, message: "it took \(elapsed)")) }
            switch outcome {
            case .broken(let message): findings.append(Finding(input: input, message: message))
            case .fine(let words): if outcomes.insert(words).inserted { mutator.keep(input) }
            }
        }
    }

    /// What this thread has used of a processor.
    private static var processorTime: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
