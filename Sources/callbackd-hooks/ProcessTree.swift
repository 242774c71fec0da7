import Glibc

/// Everything below this process, found through the parent numbers in /proc.
///
/// This process is a subreaper: whoever loses its parent below it becomes its child, in whatever session or group it
/// is. So the walk from here downwards misses nobody, except who is born during the walk; that is why a kill is
/// repeated until there is no child left.
enum ProcessTree {
    /// Sends a signal to every process below this one, but not to `spared` and what is below those.
    static func signal(_ number: Int32, sparing spared: Set<pid_t> = []) {
        var children: [pid_t: [pid_t]] = [:]
        for (process, parent) in parents() { children[parent, default: []].append(process) }
        var waiting = [getpid()]
        while let parent = waiting.popLast() {
            for process in children[parent] ?? [] where !spared.contains(process) {
                kill(process, number)
                waiting.append(process)
            }
        }
    }

    /// The children of this process.
    static func children() -> Set<pid_t> {
        let own = getpid()
        return Set(parents().filter { $0.parent == own }.map(\.process))
    }

    private static func parents() -> [(process: pid_t, parent: pid_t)] {
        guard let directory = opendir("/proc") else { return [] }
        defer { closedir(directory) }
        var found: [(process: pid_t, parent: pid_t)] = []
        while let entry = readdir(directory) {
            let process = withUnsafeBytes(of: &entry.pointee.d_name) { number(in: $0) }
            if let process, let parent = parent(of: process) { found.append((process, parent)) }
        }
        return found
    }

    /// A name that is a number and nothing else; names end with NUL.
    private static func number(in name: UnsafeRawBufferPointer) -> pid_t? {
        var value: pid_t = 0
        for byte in name {
            if byte == 0 { return value > 0 ? value : nil }
            guard byte >= 0x30, byte <= 0x39, value < 100_000_000 else { return nil }
            value = value * 10 + pid_t(byte - 0x30)
        }
        return nil
    }

    /// The fourth field of /proc/N/stat. The second is the program's name in parentheses, which may hold anything,
    /// parentheses too, so the fields are counted from the last one.
    private static func parent(of process: pid_t) -> pid_t? {
        let file = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return withUnsafeTemporaryAllocation(byteCount: 512, alignment: 1) { space in
            guard case .bytes(let bytes) = Descriptor.read(file, into: space) else { return nil }
            guard let name = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
            let fields = bytes[(name + 1)...].split(separator: UInt8(ascii: " "), maxSplits: 2)
            guard fields.count > 1 else { return nil }
            return pid_t(String(decoding: fields[1], as: UTF8.self))
        }
    }
}
