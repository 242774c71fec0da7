/// A job as it travels: the strings lie in one block, each ended by NUL, so that the runner can point exec at them.
///
/// The bytes for standard input follow the frame unframed, `stdinLength` of them, so that no one on the way has to
/// hold a large event in memory.
package struct HookStart: Sendable {
    package var id: UInt64
    package var stdinLength: UInt64
    package var deadline: Duration
    package var grace: Duration
    package var outputLimit: Int
    package var noNewPrivileges: Bool
    package var surroundings: HookSurroundings
    package var argumentCount: Int
    package var environmentCount: Int
    package var strings: [UInt8]

    /// The job's words; `HookJob.flaw` has been asked before.
    package init(_ job: HookJob) {
        id = job.id
        stdinLength = UInt64(job.stdin.count)
        deadline = job.deadline
        grace = job.grace
        outputLimit = job.outputLimit
        noNewPrivileges = job.noNewPrivileges
        surroundings = job.surroundings
        argumentCount = job.arguments.count
        environmentCount = job.environment.count
        strings = []
        for argument in job.arguments {
            strings.append(contentsOf: argument.utf8)
            strings.append(0)
        }
        for (name, value) in job.environment {
            strings.append(contentsOf: name.utf8)
            strings.append(UInt8(ascii: "="))
            strings.append(contentsOf: value.utf8)
            strings.append(0)
        }
    }

    init(from reader: inout WireReader) throws(WireError) {
        id = try reader.integer(UInt64.self)
        stdinLength = try reader.integer(UInt64.self)
        deadline = try reader.duration()
        grace = try reader.duration()
        outputLimit = Int(try reader.integer(UInt32.self))
        noNewPrivileges = try reader.integer(UInt8.self) != 0
        surroundings = try HookSurroundings(from: &reader)
        argumentCount = Int(try reader.integer(UInt32.self))
        environmentCount = Int(try reader.integer(UInt32.self))
        strings = reader.rest()
        let ends = strings.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
        guard argumentCount > 0, ends == argumentCount + environmentCount, strings.last == 0 else {
            throw WireError("a job whose strings do not match their count")
        }
    }

    func write(to writer: inout WireWriter) {
        writer.integer(id)
        writer.integer(stdinLength)
        writer.duration(deadline)
        writer.duration(grace)
        writer.integer(UInt32(clamping: outputLimit))
        writer.integer(UInt8(noNewPrivileges ? 1 : 0))
        surroundings.write(to: &writer)
        writer.integer(UInt32(clamping: argumentCount))
        writer.integer(UInt32(clamping: environmentCount))
        writer.bytes(strings)
    }
}
