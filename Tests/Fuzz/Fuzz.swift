import Glibc

/// Feeds everything that reads a user's words with mutated inputs: `fuzz [--seconds N] [--seed N] [SUBJECT …]`.
@main
enum Fuzz {
    static func main() throws {
        var seconds = 60
        var seed = UInt64.random(in: 0...(.max))
        var names: [String] = []
        var arguments = CommandLine.arguments.dropFirst()
        while let argument = arguments.popFirst() {
            switch argument {
            case "--seconds": seconds = number(after: argument, &arguments)
            case "--seed": seed = number(after: argument, &arguments)
            default: names.append(argument)
            }
        }
        let known = FuzzSubject.all.map(\.name)
        if let unknown = names.first(where: { !known.contains($0) }) {
            fail("there is no subject \"\(unknown)\", only \(known.joined(separator: ", "))")
        }
        var hasFindings = false
        for subject in FuzzSubject.all where names.isEmpty || names.contains(subject.name) {
            if try run(subject, seconds: seconds, seed: seed) { hasFindings = true }
        }
        exit(hasFindings ? 1 : 0)
    }

    private static func number<Number: FixedWidthInteger>(
        after option: String, _ arguments: inout ArraySlice<String>
    ) -> Number {
        guard let number = arguments.popFirst().flatMap({ Number($0) }) else { fail("\(option) takes a number") }
        return number
    }

    private static func fail(_ message: String) -> Never {
        let line = Array("fuzz: \(message)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
        exit(64)
    }

    /// - Returns: whether anything was found.
    private static func run(_ subject: FuzzSubject, seconds: Int, seed: UInt64) throws -> Bool {
        print("\(subject.name): seed \(seed), \(seconds) s")
        fflush(nil)
        CrashCatcher.install(path: try Repository.keep([], as: "\(subject.name)-\(seed).crash"))
        var loop = FuzzLoop(subject, seed: seed)
        try loop.run(for: .seconds(seconds)) { CrashCatcher.remember($0) }
        CrashCatcher.rest()
        let rate = loop.inputs / max(seconds, 1)
        print("\(subject.name): \(loop.inputs) inputs, \(rate)/s, \(loop.outcomes.count) outcomes")
        for (number, finding) in loop.findings.enumerated() {
            let file = try Repository.keep(finding.input, as: "\(subject.name)-\(seed)-\(number).input")
            print("\(subject.name): \(finding.message)\n  the input is kept in \(file)")
        }
        fflush(nil)
        return !loop.findings.isEmpty
    }
}
