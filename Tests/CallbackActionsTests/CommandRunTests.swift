import Glibc
import HookProtocol
import Testing

@Suite("a hook that the runner starts", .timeLimit(.minutes(1)))
struct CommandRunTests {
    @Test("its exit code is reported", arguments: [0, 1, 65, 75, 255] as [Int32])
    func exitCode(code: Int32) async throws {
        let report = try await HookBench().shell("exit \(code)")
        #expect(report.end == .exited(code))
        #expect(report.nanoseconds > 0)
    }

    @Test("a signal that it did not catch is reported")
    func signal() async throws {
        let report = try await HookBench().shell("kill -9 $$")
        #expect(report.end == .signaled(9))
    }

    @Test("it gets exactly the environment and the arguments that were given")
    func environment() async throws {
        let bench = try HookBench()
        let report = await bench.run(
            HookJob(id: 1, arguments: ["/usr/bin/env"], environment: [("B", "two words"), ("A", ""), ("C", "x=y\nz")]))
        #expect(report.text == "B=two words\nA=\nC=x=y\nz\n")
        let loop = #"for word in "$@"; do echo "<$word>"; done"#
        let words = await bench.run(
            HookJob(id: 2, arguments: ["/bin/sh", "-c", loop, "x", "a b", "", "$HOME", "é"]))
        #expect(words.text == "<a b>\n<>\n<$HOME>\n<é>\n")
    }

    @Test("with no environment at all it runs too")
    func noEnvironment() async throws {
        let report = try await HookBench().run(HookJob(id: 1, arguments: ["/usr/bin/env"]))
        #expect(report.end == .exited(0))
        #expect(report.text == "")
    }

    @Test("it starts in a clean process: directory, mask, session, signals, descriptors, privileges")
    func cleanProcess() async throws {
        let report = try await HookBench().shell(
            """
            pwd; umask; echo $$; cut -d' ' -f6 /proc/$$/stat
            grep -E '^(SigBlk|SigIgn|NoNewPrivs)' /proc/self/status | tr -d '\\t' | sed 's/0000000180000000/0000000000000000/'
            /bin/ls /proc/self/fd | tr '\\n' ' '
            """)
        // The two ignored signals that sed hides are the C library's own; it does not let anyone reset them.
        let lines = report.lines
        try #require(lines.count == 8)
        #expect(lines[0] == "/")
        #expect(lines[1] == "0022")
        #expect(lines[2] == lines[3])
        #expect(lines[4] == "SigBlk:0000000000000000" || lines[4] == "NoNewPrivs:1")
        #expect(Set(lines[4...6]) == ["SigBlk:0000000000000000", "SigIgn:0000000000000000", "NoNewPrivs:1"])
        // The fourth descriptor is the directory that ls reads.
        #expect(lines[7].split(separator: " ") == ["0", "1", "2", "3"])
    }

    @Test("it may gain privileges where that was asked for")
    func privileges() async throws {
        let report = try await HookBench().run(
            HookJob(id: 1, arguments: ["/bin/grep", "NoNewPrivs", "/proc/self/status"], noNewPrivileges: false))
        // A daemon that is itself held without new privileges cannot give any.
        let own = try #require(Proc.text("/proc/self/status"))
        #expect(own.contains(report.text))
    }

    @Test("it reads the whole event on standard input", arguments: [0, 1, 65_536, 1 << 20, 16 << 20])
    func stdin(size: Int) async throws {
        let event = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let bench = try HookBench()
        let count = await bench.shell("wc -c", stdin: event)
        #expect(count.text == "\(size)\n")
        if size <= 65_536 {
            let copy = await bench.run(HookJob(id: 2, arguments: ["/bin/cat"], stdin: event))
            #expect(copy.output == event)
        }
    }

    @Test("the event on standard input cannot be changed by it")
    func sealed() async throws {
        let report = try await HookBench().shell("echo other >&0 || cat", stdin: Array("event".utf8))
        #expect(report.text.hasSuffix("event"))
    }

    @Test("it may ignore an event of 1 MiB")
    func unreadStdin() async throws {
        let bench = try HookBench()
        for id in 1...20 as ClosedRange<UInt64> {
            let job = HookJob(id: id, arguments: ["/bin/true"], stdin: [UInt8](repeating: 65, count: 1 << 20))
            #expect(await bench.run(job).end == .exited(0))
        }
    }

    @Test("200 MB of output are read and cut at the limit")
    func muchOutput() async throws {
        let report = try await HookBench().shell("yes | head -c 200000000; echo done >&2", outputLimit: 1000)
        #expect(report.end == .exited(0))
        #expect(report.output.count == 1000)
        #expect(report.output.prefix(4) == Array("y\ny\n".utf8)[...])
        #expect(report.truncated)
    }

    @Test("output of exactly the limit is not called cut")
    func exactOutput() async throws {
        let report = try await HookBench().shell("head -c 1000 /dev/zero", outputLimit: 1000)
        #expect(report.output == [UInt8](repeating: 0, count: 1000))
        #expect(!report.truncated)
    }

    @Test("binary output of both streams is kept byte by byte, in order")
    func binaryOutput() async throws {
        let report = try await HookBench().shell(#"printf '\000\377'; printf '\376\n' >&2; printf 'x'"#)
        #expect(report.output == [0, 255, 254, 10, 120])
    }

    @Test("with both streams closed it runs to its end")
    func closedOutput() async throws {
        let report = try await HookBench().shell("exec >&- 2>&-; head -c 100000 /dev/urandom | wc -c; exit 4")
        #expect(report.end == .exited(4))
    }

    @Test(
        "what cannot be executed is reported in precise words",
        arguments: [
            ("/nowhere/hook", "cannot run /nowhere/hook: No such file or directory"),
            ("/", "cannot run /: it is a directory and not a program"),
            ("/etc/passwd/hook", "cannot run /etc/passwd/hook: Not a directory"),
            ("/etc/passwd", "cannot run /etc/passwd: it is not executable; chmod 755 /etc/passwd"),
        ]
    )
    func notExecutable(path: String, words: String) async throws {
        let report = try await HookBench().run(HookJob(id: 1, arguments: [path], stdin: [1, 2, 3]))
        #expect(report.end == .cannotStart(words))
    }

    @Test("a script without an interpreter line, or with a missing one, is reported as that")
    func badScripts() async throws {
        let bench = try HookBench()
        let bare = "\(bench.directory)/bare"
        let lost = "\(bench.directory)/lost"
        let foreign = "\(bench.directory)/foreign"
        for (path, text) in [
            (bare, "echo hello\n"), (lost, "#!/nowhere/sh\n"), (foreign, "#!/bin/sh\r\necho hello\r\n"),
        ] {
            let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o755)
            #expect(write(file, text, text.utf8.count) == text.utf8.count)
            close(file)
        }
        let first = await bench.run(HookJob(id: 1, arguments: [bare]))
        #expect(
            first.end
                == .cannotStart("cannot run \(bare): Exec format error (a script begins with #! and its interpreter)"))
        let second = await bench.run(HookJob(id: 2, arguments: [lost]))
        #expect(second.end == .cannotStart("cannot run \(lost): the program named in its first line does not exist"))
        let third = await bench.run(HookJob(id: 3, arguments: [foreign]))
        let words = "its first line ends with a carriage return: save it with Unix line ends"
        #expect(third.end == .cannotStart("cannot run \(foreign): \(words)"))
    }

    @Test("arguments that the kernel does not take are reported, and the next hook runs")
    func tooLong() async throws {
        let bench = try HookBench()
        let long = await bench.run(HookJob(id: 1, arguments: ["/bin/true", String(repeating: "x", count: 200_000)]))
        #expect(
            long.end
                == .impossible(
                    "cannot run /bin/true: its arguments are longer than Linux takes (Argument list too long); "
                        + "let it read the event from standard input"))
        let huge = await bench.run(HookJob(id: 2, arguments: ["/bin/true", String(repeating: "x", count: 9 << 20)]))
        #expect(
            huge.end
                == .impossible(
                    "cannot run /bin/true: 9437195 bytes of arguments and environment are more than a program can take")
        )
        let nul = await bench.run(HookJob(id: 3, arguments: ["/bin/true", "a\0b"]))
        #expect(nul.end == .impossible("cannot run /bin/true: an argument contains a NUL byte"))
        let bare = await bench.run(HookJob(id: 5, arguments: ["true"]))
        #expect(bare.end == .impossible("cannot run true: a command starts with the whole path of its program"))
        #expect(await bench.run(HookJob(id: 4, arguments: ["/bin/true"])).end == .exited(0))
    }
}
