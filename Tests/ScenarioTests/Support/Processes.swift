import CallbackTestKit
import Glibc

/// Whether a process runs; one that has ended and was not waited for does not.
func isRunning(_ process: Int32) -> Bool {
    guard let state = try? Shell.read("/proc/\(process)/stat") else { return false }
    // The name may hold anything, so the state is what follows the last parenthesis.
    return state.lastIndex(of: ")").map { !state[$0...].hasPrefix(") Z") } ?? false
}

/// How many descriptors a process has open.
func descriptors(of process: Int32) -> Int { names(in: "/proc/\(process)/fd").count }

/// The processes below this one that have ended and that nobody waited for.
func zombies(below process: Int32) -> [Int32] { processes(below: process).filter(\.hasEnded).map(\.number) }

/// The processes below this one, at whatever depth.
func processes(below process: Int32) -> [(number: Int32, hasEnded: Bool)] {
    var parents: [Int32: Int32] = [:]
    var ended: Set<Int32> = []
    for name in names(in: "/proc") {
        guard let number = Int32(name), let state = try? Shell.read("/proc/\(number)/stat"),
            let end = state.lastIndex(of: ")")
        else { continue }
        let fields = state[end...].split(separator: " ")
        guard fields.count > 2, let parent = Int32(fields[2]) else { continue }
        parents[number] = parent
        if fields[1] == "Z" { ended.insert(number) }
    }
    func isBelow(_ number: Int32) -> Bool {
        guard let parent = parents[number] else { return false }
        return parent == process || isBelow(parent)
    }
    return parents.keys.filter(isBelow).sorted().map { ($0, ended.contains($0)) }
}

private func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names
}
