import Testing

/// One thing that a hook does wrong at its first attempt, and the words that the ledger has for it.
struct NastyHook: Sendable, CustomTestStringConvertible {
    let name: String
    /// The script of the first attempt; `${dir}` is the scenario's folder.
    let script: String
    /// The attempt's reason, or its beginning.
    let reason: String
    var code: Int?
    var timeout: String

    var testDescription: String { name }

    init(_ name: String, _ reason: String, code: Int? = nil, timeout: String = "10s", _ script: String) {
        self.name = name
        self.script = script
        self.reason = reason
        self.code = code
        self.timeout = timeout
    }

    private static let late = "the hook ran longer than its timeout of 0.3 s and was ended with all its children"

    /// Whatever these start writes its process number into the file `pids`.
    static let all = [
        NastyHook(
            "ignores TERM", late, timeout: "300ms",
            #"trap '' TERM HUP INT; echo $$ >>"${dir}/pids"; while :; do sleep 1; done"#),
        NastyHook(
            "forks", late, timeout: "300ms",
            #"for i in 1 2 3 4 5 6 7 8 9 10; do sleep 600 & echo $! >>"${dir}/pids"; done; wait"#),
        NastyHook(
            "hides in sessions of its own", late, timeout: "300ms",
            #"(setsid sh -c 'echo $$ >>"${dir}/pids"; exec sleep 600' &); sleep 600"#),
        NastyHook(
            "stops itself", late, timeout: "300ms", #"echo $$ >>"${dir}/pids"; kill -STOP $$"#),
        NastyHook("is ended by a signal", "the hook was ended by signal 9 (KILL)", "kill -KILL $$"),
        NastyHook("crashes", "the hook was ended by signal 11 (SEGV)", "kill -SEGV $$"),
        NastyHook("fails", "the hook failed with exit code 3", code: 3, "exit 3"),
        NastyHook(
            "fails and leaves a daemon behind", "the hook failed with exit code 4", code: 4,
            #"""
            setsid sh -c 'echo $$ >"${dir}/pids"; exec sleep 600' &
            while [ ! -s "${dir}/pids" ]; do :; done
            exit 4
            """#),
    ]
}
