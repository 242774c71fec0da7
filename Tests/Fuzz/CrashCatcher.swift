import Glibc

/// Writes the input that was being tried to a file when the program crashes or hangs: only what a signal handler may do.
enum CrashCatcher {
    private static let capacity = 1 << 16
    /// An input that takes this long hangs, in seconds.
    private static let patience: UInt32 = 20

    nonisolated(unsafe) private static let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    nonisolated(unsafe) private static var count = 0
    nonisolated(unsafe) private static var descriptor: Int32 = -1

    /// - Parameter path: where the input goes; the file stays empty if nothing happens.
    static func install(path: String) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        // A stack that has run out cannot hold the handler's frame.
        let size = 1 << 16
        var stack = stack_t(ss_sp: .allocate(byteCount: size, alignment: 16), ss_flags: 0, ss_size: size)
        sigaltstack(&stack, nil)
        for number in [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGALRM] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                _ = write(CrashCatcher.descriptor, CrashCatcher.buffer, CrashCatcher.count)
                signal(number, SIG_DFL)
                raise(number)
            }
            action.sa_flags = SA_ONSTACK | Int32(bitPattern: UInt32(SA_NODEFER))
            sigaction(number, &action, nil)
        }
    }

    static func remember(_ input: [UInt8]) {
        count = min(input.count, capacity)
        for index in 0..<count { buffer[index] = input[index] }
        alarm(patience)
    }

    static func rest() {
        alarm(0)
        close(descriptor)
    }
}
