import CSpawn
import Glibc
import HookProtocol

/// The program of one job, ready to be executed.
struct HookCommand {
    private let start: HookStart
    private let users: HookUserRule
    private let path: String

    init(_ start: HookStart, users: HookUserRule) {
        self.start = start
        self.users = users
        path = start.strings.withUnsafeBufferPointer { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// Starts the program as the leader of a session of its own.
    /// - Returns: its process, or how the attempt ended.
    func begin(input: Int32, output: Int32) -> Result<pid_t, HookFailure> {
        let user: HookUser?
        do {
            user = try users.user(start.surroundings)
        } catch {
            return .failure(HookFailure("cannot run \(path) as \(start.surroundings.user): \(error.words)"))
        }
        var owners = [geteuid()]
        if let user { owners.append(user.user) }
        // Judged now and not only when the daemon starts: a hook runs for as long as its file is safe.
        if let danger = HookFileCheck.danger(of: path, owners: owners) {
            return .failure(HookFailure("cannot run \(path): \(danger)"))
        }
        let whole = execute(start.strings, start.environmentCount, user, input, output)
        guard case .failure(let failure) = whole, failure.code == E2BIG, failure.step == cspawn_step_execute else {
            return whole.mapError { words(for: $0) }
        }
        let less = HookStrings.withoutFields(start)
        return execute(less.strings, less.environmentCount, user, input, output).mapError { words(for: $0) }
    }

    private struct StartFailure: Error {
        let code: Int32
        let step: cspawn_step
    }

    private func execute(
        _ strings: [UInt8], _ environmentCount: Int, _ user: HookUser?, _ input: Int32, _ output: Int32
    ) -> Result<pid_t, StartFailure> {
        var strings = strings
        return strings.withUnsafeMutableBytes { block in
            block.withMemoryRebound(to: CChar.self) { block in
                guard let base = block.baseAddress else {
                    return .failure(StartFailure(code: EINVAL, step: cspawn_step_prepare))
                }
                var pointers: [UnsafeMutablePointer<CChar>?] = []
                pointers.reserveCapacity(start.argumentCount + environmentCount + 2)
                var next = base
                for index in 0..<start.argumentCount + environmentCount {
                    if index == start.argumentCount { pointers.append(nil) }
                    pointers.append(next)
                    next += strlen(next) + 1
                }
                if environmentCount == 0 { pointers.append(nil) }
                pointers.append(nil)
                return pointers.withUnsafeBufferPointer { pointers in
                    start.surroundings.directory.withCString { directory in
                        var command = cspawn_command()
                        command.path = UnsafePointer(base)
                        command.argv = pointers.baseAddress
                        command.envp = pointers.baseAddress?.advanced(by: start.argumentCount + 1)
                        command.input = input
                        command.output = output
                        command.no_new_privileges = start.noNewPrivileges ? 1 : 0
                        command.directory = directory
                        command.mask = start.surroundings.mask
                        return execute(&command, user)
                    }
                }
            }
        }
    }

    private func execute(_ command: inout cspawn_command, _ user: HookUser?) -> Result<pid_t, StartFailure> {
        let limits = start.surroundings.limits.list
        return limits.withUnsafeBufferPointer { limits in
            command.limits = limits.baseAddress
            command.limit_count = limits.count
            guard let user else { return execute(&command) }
            return user.groups.withUnsafeBufferPointer { groups in
                var identity = cspawn_user(
                    user: user.user, group: user.group, groups: groups.baseAddress, group_count: groups.count)
                return withUnsafePointer(to: &identity) { identity in
                    command.user = identity
                    return execute(&command)
                }
            }
        }
    }

    private func execute(_ command: inout cspawn_command) -> Result<pid_t, StartFailure> {
        var process: pid_t = 0
        var step = cspawn_step_none
        let failure = cspawn_start(&command, &process, &step)
        return failure == 0 ? .success(process) : .failure(StartFailure(code: failure, step: step))
    }

    private func words(for failure: StartFailure) -> HookFailure {
        let reason = Descriptor.words(failure.code)
        let surroundings = start.surroundings
        let because: String
        switch failure.step {
        case cspawn_step_process: because = "no new process: \(reason)"
        case cspawn_step_directory: because = "its directory \(surroundings.directory) cannot be entered: \(reason)"
        case cspawn_step_limit: because = "its limits cannot be set: \(reason)"
        case cspawn_step_user: because = "the hook runner cannot become \(surroundings.user): \(reason)"
        case cspawn_step_prepare: because = "its process could not be set up: \(reason)"
        default:
            if failure.code == E2BIG {
                // The same event makes the same arguments next time.
                return HookFailure(
                    impossible: "cannot run \(path): its arguments are longer than Linux takes (\(reason)); "
                        + "let it read the event from standard input")
            }
            because = execution(failure.code, reason)
        }
        return HookFailure("cannot run \(path): \(because)")
    }

    /// Whether the first line ends as editors on Windows end it: then the kernel looks for `/bin/sh\r`.
    private var hasWindowsLineEnds: Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        // The kernel looks at no more than this for the interpreter either.
        var line = [UInt8](repeating: 0, count: 256)
        let count = read(file, &line, line.count)
        guard count > 0, let end = line[..<count].firstIndex(of: UInt8(ascii: "\n")), end > 0 else { return false }
        return line[end - 1] == UInt8(ascii: "\r")
    }

    private func execution(_ code: Int32, _ reason: String) -> String {
        var facts = stat()
        let exists = stat(path, &facts) == 0
        switch code {
        case ENOENT where exists:
            return hasWindowsLineEnds
                ? "its first line ends with a carriage return: save it with Unix line ends"
                : "the program named in its first line does not exist"
        case EACCES where exists && facts.st_mode & S_IFMT == S_IFDIR: return "it is a directory and not a program"
        case EACCES where exists && facts.st_mode & 0o111 == 0: return "it is not executable; chmod 755 \(path)"
        case EACCES: return "\(reason) (may its user read and execute it?)"
        case ENOEXEC: return "\(reason) (a script begins with #! and its interpreter)"
        case EAGAIN: return "its user has as many processes as its limit allows"
        default: return reason
        }
    }
}

/// Why a program was not started, for the one who wrote the rule.
struct HookFailure: Error {
    let end: HookReport.End

    init(_ words: String) { end = .cannotStart(words) }

    init(impossible words: String) { end = .impossible(words) }
}

/// A job's strings, made smaller.
struct HookStrings {
    let strings: [UInt8]
    let environmentCount: Int

    /// Leaves out the variables that hold the event's fields, and says so: standard input has them all.
    static func withoutFields(_ start: HookStart) -> HookStrings {
        var words = start.strings.split(separator: 0, omittingEmptySubsequences: false).dropLast()
        let arguments = words.prefix(start.argumentCount)
        words = words.dropFirst(start.argumentCount)
        let fields = [Array("NEW_".utf8), Array("OLD_".utf8), Array("EVENT_TRUNCATED=".utf8)]
        var kept = words.filter { word in !fields.contains { word.starts(with: $0) } }
        let remark = Array("EVENT_TRUNCATED=1".utf8)
        kept.append(remark[...])
        return HookStrings(
            strings: Array((arguments + kept).map { $0 + [0] }.joined()), environmentCount: kept.count)
    }
}

extension HookLimits {
    fileprivate var list: [cspawn_limit] {
        var list: [cspawn_limit] = []
        func put(_ resource: cspawn_resource, _ amount: UInt64?, grace: UInt64 = 0) {
            guard let amount else { return }
            let hard = amount.addingReportingOverflow(grace)
            list.append(
                cspawn_limit(
                    resource: Int32(resource.rawValue), soft: rlim_t(amount),
                    hard: rlim_t(hard.overflow ? .max : hard.partialValue)))
        }
        put(cspawn_resource_cpu, processorSeconds, grace: 1)
        put(cspawn_resource_memory, memory)
        put(cspawn_resource_files, files)
        put(cspawn_resource_processes, processes)
        put(cspawn_resource_file_size, fileSize)
        return list
    }
}
