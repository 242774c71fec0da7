import CallbackTestKit
import Glibc
import HookProtocol
import Testing

@testable import CallbackActions

@Suite("a hook of another user", .timeLimit(.minutes(1)), .enabled(if: geteuid() == 0, "only root may do this"))
struct CommandUserTests {
    private func job(
        _ text: String, id: UInt64 = 1, as user: String, group: String = "", directory: String = "/",
        deadline: Duration = .seconds(20)
    ) -> HookJob {
        HookJob(
            id: id, arguments: ["/bin/sh", "-c", text], deadline: deadline, grace: .milliseconds(100),
            surroundings: HookSurroundings(user: user, group: group, directory: directory))
    }

    private func ids(_ user: String, _ option: String) throws -> String {
        try Shell.run("/usr/bin/id", [option, user]).output
    }

    @Test("it has the user's number and groups, and no capability")
    func identity() async throws {
        let bench = try HookBench()
        let report = await bench.run(job("id -u; id -g; id -G; grep ^Cap /proc/self/status", as: "nobody"))
        #expect(report.end == .exited(0))
        #expect(report.text.hasPrefix(try ids("nobody", "-u") + ids("nobody", "-g") + ids("nobody", "-G")))
        for line in report.lines.dropFirst(3) where !line.hasPrefix("CapBnd") {
            #expect(line.hasSuffix("\t0000000000000000"), "\(line)")
        }
        let own = await bench.run(job("id -u", id: 2, as: "root"))
        #expect(own.text == "0\n")
    }

    @Test("what cannot be is told, and the next hook runs")
    func refusals() async throws {
        let bench = try HookBench()
        let nobody = await bench.run(job("true", id: 1, as: "no-such-user"))
        #expect(
            nobody.end == .cannotStart("cannot run /bin/sh as no-such-user: there is no user \"no-such-user\""))
        let group = await bench.run(job("true", id: 2, as: "nobody", group: "no-such-group"))
        #expect(group.end == .cannotStart("cannot run /bin/sh as nobody: there is no group \"no-such-group\""))
        let foreign = await bench.run(job("true", id: 3, as: "nobody", group: "root"))
        #expect(
            foreign.end
                == .cannotStart("cannot run /bin/sh as nobody: \"nobody\" does not belong to the group \"root\""))
        let closed = "\(bench.directory)/closed"
        #expect(mkdir(closed, 0o700) == 0)
        let directory = await bench.run(job("true", id: 4, as: "nobody", directory: closed))
        #expect(
            directory.end
                == .cannotStart("cannot run /bin/sh: its directory \(closed) cannot be entered: Permission denied"))
        rmdir(closed)
        #expect(await bench.run(job("exit 7", id: 5, as: "nobody")).end == .exited(7))
    }

    @Test("its tree is ended at the deadline, also what hides")
    func deadline() async throws {
        let text = #"setsid sh -c 'trap "" TERM; echo $$; exec sleep 1000' & trap "" TERM; sleep 1000"#
        let report = try await HookBench().run(job(text, as: "nobody", deadline: .milliseconds(300)))
        #expect(report.end == .deadline)
        #expect(!Proc.isAlive(try #require(report.printedProcess)))
    }

    // MARK: A runner with the right alone

    /// A runner as its service starts it: not root, with three capabilities, for one user.
    private func service(_ allowed: String) throws -> HookBench {
        let directory = try HookBench.makeDirectory()
        let starter = "\(directory)/starter"
        let rights = "-all,+setuid,+setgid,+kill"
        try write(
            """
            #!/bin/sh
            exec setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=\(rights) --ambient-caps=\(rights) \
                --bounding-set=\(rights) --no-new-privs \(HookBench.executable) "$@" --user \(allowed)

            """, to: starter)
        #expect(chown(directory, 65534, 65534) == 0)
        return try HookBench(executable: starter, in: directory)
    }

    private func write(_ text: String, to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o755)
        defer { close(file) }
        try #require(Glibc.write(file, text, text.utf8.count) == text.utf8.count)
    }

    @Test("its runner need not be root, names whom it may be, and passes none of its rights on")
    func capabilities() async throws {
        let bench = try service("daemon")
        let other = await bench.run(job("id -u; grep ^Cap /proc/self/status", id: 1, as: "daemon"))
        #expect(other.lines.first == (try ids("daemon", "-u").trimmedLine), "\(other)")
        let plain = await bench.run(job("id -u; grep ^Cap /proc/self/status", id: 2, as: ""))
        #expect(plain.lines.first == "65534", "\(plain)")
        for report in [other, plain] {
            let held = report.lines.filter { $0.hasPrefix("Cap") && !$0.hasPrefix("CapBnd") }
            #expect(held.count == 4 && held.allSatisfy { $0.hasSuffix("\t0000000000000000") }, "\(held)")
        }
        let hidden = await bench.run(
            job(
                #"setsid sh -c 'trap "" TERM; echo $$; exec sleep 1000' & trap "" TERM; sleep 1000"#, id: 3,
                as: "daemon", deadline: .milliseconds(300)))
        #expect(hidden.end == .deadline)
        #expect(!Proc.isAlive(try #require(hidden.printedProcess)))
        let unnamed = await bench.run(job("true", id: 4, as: "bin"))
        #expect(
            unnamed.end
                == .cannotStart(
                    "cannot run /bin/sh as bin: the service of the hook runner does not name this user; "
                        + "add --user bin to its ExecStart"))
        await bench.runner.stop(grace: .zero)
    }

    @Test("root is taken on by nobody but root")
    func root() async throws {
        let bench = try service("root")
        #expect(
            await bench.run(job("true", as: "root")).end
                == .cannotStart(
                    "cannot run /bin/sh as root: only a hook runner that is root itself runs hooks as root"))
        await bench.runner.stop(grace: .zero)
    }

    @Test("a runner without any right says so")
    func noRights() async throws {
        let directory = try HookBench.makeDirectory()
        try write(
            "#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups \(HookBench.executable) \"$@\"\n",
            to: "\(directory)/starter")
        #expect(chown(directory, 65534, 65534) == 0)
        let bench = try HookBench(executable: "\(directory)/starter", in: directory)
        #expect(
            await bench.run(job("true", as: "daemon")).end
                == .cannotStart(
                    "cannot run /bin/sh as daemon: the hook runner runs as user 65534 and may not become another; "
                        + "start callbackd-hooks as a service with that right and name its socket below hooks:"))
        await bench.runner.stop(grace: .zero)
    }
}

extension String {
    fileprivate var trimmedLine: String { hasSuffix("\n") ? String(dropLast()) : self }
}
