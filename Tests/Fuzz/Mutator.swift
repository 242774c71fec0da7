import CallbackTestKit

/// Makes new inputs of known ones: bits flip, pieces repeat, are cut, nested and spliced.
struct Mutator {
    private static let longest = 8_192
    private static let largestPool = 2_000
    private static let strangeBytes: [UInt8] = [0, 9, 10, 13, 32, 34, 39, 42, 45, 46, 58, 92, 123, 125, 127, 128, 255]

    private var random: SeededGenerator
    /// Inputs to begin with, and those that have led to something new.
    private var pool: [[UInt8]]
    private let tokens: [[UInt8]]
    private let seeds: Int

    init(seeds: [[UInt8]], tokens: [String], seed: UInt64) {
        pool = seeds.isEmpty ? [[]] : seeds
        self.seeds = pool.count
        self.tokens = tokens.map { Array($0.utf8) }
        random = SeededGenerator(seed: seed)
    }

    /// Remembers an input that has led to something new.
    mutating func keep(_ input: [UInt8]) {
        if pool.count < Self.largestPool {
            pool.append(input)
        } else {
            pool[seeds + random.below(pool.count - seeds)] = input
        }
    }

    mutating func next() -> [UInt8] {
        var input = pool[random.below(pool.count)]
        for _ in 0...random.below(5) { mutate(&input) }
        if input.count > Self.longest { input.removeLast(input.count - Self.longest) }
        return input
    }

    private mutating func range(in input: [UInt8], atMost longest: Int = 64) -> Range<Int> {
        let start = random.below(input.count + 1)
        return start..<min(input.count, start + random.below(longest))
    }

    private mutating func mutate(_ input: inout [UInt8]) {
        let place = random.below(input.count + 1)
        switch random.below(11) {
        case 0 where place < input.count: input[place] ^= 1 << UInt8(random.below(8))
        case 1 where place < input.count: input[place] = Self.strangeBytes[random.below(Self.strangeBytes.count)]
        case 2 where place < input.count: input[place] = UInt8(random.below(256))
        case 3, 4: if !tokens.isEmpty { input.insert(contentsOf: tokens[random.below(tokens.count)], at: place) }
        case 5:
            let range = range(in: input)
            if !tokens.isEmpty { input.replaceSubrange(range, with: tokens[random.below(tokens.count)]) }
        case 6: input.removeSubrange(range(in: input))
        case 7:
            let piece = Array(input[range(in: input, atMost: 24)])
            let count = random.below(8) == 0 ? random.below(300) : random.below(4)
            for _ in 0...count { input.insert(contentsOf: piece, at: place) }
        case 8: nest(&input, at: place)
        case 9:
            let other = pool[random.below(pool.count)]
            input.replaceSubrange(place..., with: other[random.below(other.count + 1)...])
        default: if random.below(4) == 0 { input.removeSubrange(place...) }
        }
    }

    /// Puts many brackets around a piece; sometimes they do not close.
    private mutating func nest(_ input: inout [UInt8], at place: Int) {
        let pairs = [("[", "]"), ("{\"a\":", "}"), ("{{", "}}"), ("- ", ""), ("(", ")"), ("\\", ""), ("*", "")]
        let (open, close) = pairs[random.below(pairs.count)]
        let depth = random.below(6) == 0 ? random.below(400) : random.below(5)
        let end = min(input.count, place + random.below(64))
        if random.below(4) > 0 { input.insert(contentsOf: String(repeating: close, count: depth).utf8, at: end) }
        input.insert(contentsOf: String(repeating: open, count: depth).utf8, at: place)
    }
}
