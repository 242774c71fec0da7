/// How one job ended. Every job that was submitted gets exactly one.
package struct HookReport: Sendable, Equatable {
    /// The ways in which a job ends.
    package enum End: Sendable, Equatable {
        /// The program ended by itself with this code.
        case exited(Int32)
        /// The program was ended by this signal, which the runner did not send.
        case signaled(Int32)
        /// The program was still running at its deadline, and its tree was ended.
        case deadline
        /// The program was never started; the words say why.
        case cannotStart(String)
        /// What was asked for can never be started, so that trying again is of no use; the words say why.
        case impossible(String)
        /// The runner ended while it had the job, or never had it; the words say which.
        case runnerLost(String)
    }

    package var id: UInt64
    package var end: End
    /// Standard output and standard error in the order written, up to the job's limit; any bytes at all.
    package var output: [UInt8]
    /// Whether there was more output than was kept.
    package var truncated: Bool
    /// From the start of the program to its end, in nanoseconds; 0 when it never ran.
    package var nanoseconds: UInt64

    package init(id: UInt64, end: End, output: [UInt8] = [], truncated: Bool = false, nanoseconds: UInt64 = 0) {
        self.id = id
        self.end = end
        self.output = output
        self.truncated = truncated
        self.nanoseconds = nanoseconds
    }

    init(from reader: inout WireReader) throws(WireError) {
        id = try reader.integer(UInt64.self)
        nanoseconds = try reader.integer(UInt64.self)
        truncated = try reader.integer(UInt8.self) != 0
        let kind = try reader.integer(UInt8.self)
        let number = try reader.integer(Int32.self)
        let words = try reader.text()
        switch kind {
        case 0: end = .exited(number)
        case 1: end = .signaled(number)
        case 2: end = .deadline
        case 3: end = .cannotStart(words)
        case 4: end = .runnerLost(words)
        case 5: end = .impossible(words)
        default: throw WireError("a report with the unknown end \(kind)")
        }
        output = reader.rest()
    }

    func write(to writer: inout WireWriter) {
        writer.integer(id)
        writer.integer(nanoseconds)
        writer.integer(UInt8(truncated ? 1 : 0))
        let (kind, number, words): (UInt8, Int32, String) =
            switch end {
            case .exited(let code): (0, code, "")
            case .signaled(let signal): (1, signal, "")
            case .deadline: (2, 0, "")
            case .cannotStart(let words): (3, 0, words)
            case .runnerLost(let words): (4, 0, words)
            case .impossible(let words): (5, 0, words)
            }
        writer.integer(kind)
        writer.integer(number)
        writer.text(words)
        writer.bytes(output)
    }
}
