import CallbackTestKit
import Glibc

/// Whether a process runs; one that has ended and was not waited for does not.
func isRunning(_ process: Int32) -> Bool {
    guard let state = try? Shell.read("/proc/\(process)/stat") else { return false }
    // The name may hold anything, so the state is what follows the last parenthesis.
    return state.lastIndex(of: ")").map { !state[$0...].hasPrefix(") Z") } ?? false
}
