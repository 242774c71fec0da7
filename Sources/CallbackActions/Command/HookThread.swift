import Glibc

/// A thread of its own for work that blocks.
enum HookThread {
    private final class Body {
        let run: () -> Void

        init(_ run: @escaping () -> Void) { self.run = run }
    }

    /// Runs `body` on a new thread.
    /// - Throws: `HookRunnerError` where the system gives none.
    static func start(_ body: sending @escaping () -> Void) throws {
        let box = Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, box.toOpaque())
        guard failure == 0 else {
            box.release()
            throw HookRunnerError(description: "no thread for the hook runner: \(String(cString: strerror(failure)))")
        }
        pthread_detach(thread)
    }
}
