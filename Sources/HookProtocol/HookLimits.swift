/// What one command may use of the machine; nil leaves a resource as the runner has it.
///
/// Each process of the command's tree has these for itself, except `processes`, which counts all that run as its user.
package struct HookLimits: Sendable, Hashable {
    /// Whole seconds of processor time: at the limit XCPU, a second later KILL.
    package var processorSeconds: UInt64?
    /// Bytes of address space.
    package var memory: UInt64?
    /// Open descriptors.
    package var files: UInt64?
    /// Processes and threads of the user that the command runs as; without effect for root.
    package var processes: UInt64?
    /// Bytes of any one file that it writes.
    package var fileSize: UInt64?

    package init(
        processorSeconds: UInt64? = nil, memory: UInt64? = nil, files: UInt64? = nil, processes: UInt64? = nil,
        fileSize: UInt64? = nil
    ) {
        self.processorSeconds = processorSeconds
        self.memory = memory
        self.files = files
        self.processes = processes
        self.fileSize = fileSize
    }

    /// On the wire nothing is said as a number that no resource has.
    private static let none = UInt64.max

    init(from reader: inout WireReader) throws(WireError) {
        func next() throws(WireError) -> UInt64? {
            let number = try reader.integer(UInt64.self)
            return number == Self.none ? nil : number
        }
        processorSeconds = try next()
        memory = try next()
        files = try next()
        processes = try next()
        fileSize = try next()
    }

    func write(to writer: inout WireWriter) {
        for limit in [processorSeconds, memory, files, processes, fileSize] { writer.integer(limit ?? Self.none) }
    }
}
