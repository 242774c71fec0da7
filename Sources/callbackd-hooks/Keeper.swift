import CSpawn
import Glibc
import HookProtocol

/// A process that runs one hook at a time and is the parent of whatever that hook leaves behind.
///
/// Orphans go to their nearest ancestor that asked for them. Since each hook in flight has a keeper of its own, all
/// that a keeper finds below itself belongs to its hook: no environment variable, session or group number has to be
/// trusted, all of which a child can change. If a keeper is killed, its tree falls to the front, which kills it.
struct Keeper {
    private let users: HookUserRule
    private let space = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)

    private init(users: HookUserRule) { self.users = users }

    /// Turns the process that was just forked from the front into a keeper.
    static func become(socket: Int32, users: HookUserRule) -> Never {
        guard cspawn_move(socket, Descriptor.upstream) == 0 else { _exit(71) }
        // Above all the front's ends of the other keepers' sockets: who holds one hides the front's death from them.
        cspawn_close_from(Descriptor.lock + 1)
        guard cspawn_move(cspawn_child_signals(), Descriptor.childEnds) == 0, cspawn_become_subreaper() == 0 else {
            _exit(71)
        }
        Keeper(users: users).run()
    }

    private func run() -> Never {
        var reader = FrameReader()
        while let start = hearStart(&reader) {
            let report: HookReport
            var isClean = true
            switch prepare(start, &reader) {
            case .failure(let report0):
                report = report0
            case .success(var hook):
                (report, isClean) = hook.watch()
            }
            guard Descriptor.write(Descriptor.upstream, HookMessage.report(report).frame) else { break }
            // What cannot be killed is left to the front, so that the next hook's tree is its own again.
            if !isClean { break }
        }
        _exit(0)
    }

    private func hearStart(_ reader: inout FrameReader) -> HookStart? {
        while true {
            do {
                if let frame = try reader.next() {
                    guard case .start(let start) = try HookMessage(frame) else { return nil }
                    return start
                }
            } catch {
                return nil
            }
            guard case .bytes(let bytes) = Descriptor.read(Descriptor.upstream, into: space) else { return nil }
            reader.append(bytes)
        }
    }

    private enum Preparation {
        case success(RunningHook)
        case failure(HookReport)
    }

    private func prepare(_ start: HookStart, _ reader: inout FrameReader) -> Preparation {
        func failed(_ words: String) -> Preparation {
            .failure(HookReport(id: start.id, end: .cannotStart(words)))
        }
        let input = cspawn_memory_file()
        let inputError = errno
        defer { if input >= 0 { close(input) } }
        // Its bytes are on the way in any case and have to be read, or the next job would begin among them.
        let stored = store(start.stdinLength, in: input, &reader)
        guard input >= 0 else { return failed("no memory for the event: \(Descriptor.words(inputError))") }
        guard stored == 0 else { return failed("no memory for the event: \(Descriptor.words(stored))") }
        guard cspawn_seal(input) == 0 else { return failed("cannot seal the event: \(Descriptor.words(errno))") }

        var ends: (Int32, Int32) = (-1, -1)
        let made = withUnsafeMutableBytes(of: &ends) { cspawn_output_pipe($0.bindMemory(to: Int32.self).baseAddress) }
        guard made == 0 else { return failed("no pipe for the output: \(Descriptor.words(errno))") }
        defer { close(ends.1) }

        let began = monotonicNow()
        switch HookCommand(start, users: users).begin(input: input, output: ends.1) {
        case .failure(let failure):
            close(ends.0)
            return .failure(HookReport(id: start.id, end: failure.end))
        case .success(let process):
            let output = HookOutput(file: ends.0, limit: start.outputLimit, space: space)
            return .success(RunningHook(start: start, process: process, began: began, output: output))
        }
    }

    /// Writes what follows the frame into the file and returns 0 or the first error; offsets are given, so that the
    /// file's own position stays at its beginning for the hook.
    private func store(_ length: UInt64, in file: Int32, _ reader: inout FrameReader) -> Int32 {
        var written: UInt64 = 0
        var failure: Int32 = 0
        func put(_ bytes: UnsafeRawBufferPointer) {
            var done = 0
            while file >= 0, failure == 0, done < bytes.count {
                let offset = off_t(written) + off_t(done)
                let count = pwrite(file, bytes.baseAddress?.advanced(by: done), bytes.count - done, offset)
                if count >= 0 { done += count } else if errno != EINTR { failure = errno }
            }
            written += UInt64(bytes.count)
        }
        reader.raw(upTo: length).withUnsafeBytes(put)
        while written < length {
            let room = UnsafeMutableRawBufferPointer(rebasing: space.prefix(Int(min(length - written, 1 << 16))))
            guard case .bytes(let bytes) = Descriptor.read(Descriptor.upstream, into: room) else { _exit(0) }
            put(bytes)
        }
        return failure
    }
}
