import Glibc

/// The start of a thread that takes no signals: they are for the threads that wait for them.
///
/// A blocked SIGPIPE also keeps a write to a closed TLS connection from ending the process.
final class ThreadStart {
    private let body: () -> Void

    init(_ body: @escaping () -> Void) {
        self.body = body
    }

    /// - Returns: the thread; `nil`, with `errno` set, when the system gives none.
    func launch() -> pthread_t? {
        var thread = pthread_t()
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        // A thread begins with the mask of the one that makes it.
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let context = Unmanaged.passRetained(self)
        let code = pthread_create(&thread, nil, runThreadStart, context.toOpaque())
        guard code == 0 else {
            context.release()
            errno = code
            return nil
        }
        return thread
    }

    fileprivate func run() {
        body()
    }
}

private func runThreadStart(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context { Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue().run() }
    return nil
}
