import CSpawn
import Glibc
import HookProtocol

/// The program of one job, ready to be executed.
struct HookCommand {
    /// Why a program was not started, for the one who wrote the rule.
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    private let start: HookStart

    init(_ start: HookStart) { self.start = start }

    /// Starts the program as the leader of a session of its own.
    func begin(input: Int32, output: Int32) -> Result<pid_t, Refusal> {
        var strings = start.strings
        return strings.withUnsafeMutableBytes { block in
            block.withMemoryRebound(to: CChar.self) { block in
                guard let base = block.baseAddress else { return .failure(Refusal(description: "an empty command")) }
                var pointers: [UnsafeMutablePointer<CChar>?] = []
                pointers.reserveCapacity(start.argumentCount + start.environmentCount + 2)
                var next = base
                for index in 0..<start.argumentCount + start.environmentCount {
                    if index == start.argumentCount { pointers.append(nil) }
                    pointers.append(next)
                    next += strlen(next) + 1
                }
                if start.environmentCount == 0 { pointers.append(nil) }
                pointers.append(nil)
                return pointers.withUnsafeBufferPointer { execute(base, $0, input, output) }
            }
        }
    }

    private func execute(
        _ path: UnsafePointer<CChar>,
        _ pointers: UnsafeBufferPointer<UnsafeMutablePointer<CChar>?>,
        _ input: Int32,
        _ output: Int32
    ) -> Result<pid_t, Refusal> {
        var command = cspawn_command(
            path: path,
            argv: pointers.baseAddress,
            envp: pointers.baseAddress?.advanced(by: start.argumentCount + 1),
            input: input,
            output: output,
            no_new_privileges: start.noNewPrivileges ? 1 : 0
        )
        var process: pid_t = 0
        var step = cspawn_step_none
        let failure = cspawn_start(&command, &process, &step)
        if failure == 0 { return .success(process) }
        return .failure(refusal(String(cString: path), failure, step))
    }

    private func refusal(_ path: String, _ code: Int32, _ step: cspawn_step) -> Refusal {
        let reason = Descriptor.words(code)
        if step == cspawn_step_process { return Refusal(description: "cannot run \(path): no new process: \(reason)") }
        if step == cspawn_step_prepare {
            return Refusal(description: "cannot run \(path): its process could not be set up: \(reason)")
        }
        switch code {
        case ENOENT where access(path, F_OK) == 0:
            return Refusal(description: "cannot run \(path): the program named in its first line does not exist")
        case EACCES where access(path, F_OK) == 0:
            return Refusal(description: "cannot run \(path): \(reason) (is it an executable file?)")
        case ENOEXEC:
            return Refusal(description: "cannot run \(path): \(reason) (a script begins with #! and its interpreter)")
        default:
            return Refusal(description: "cannot run \(path): \(reason)")
        }
    }
}
