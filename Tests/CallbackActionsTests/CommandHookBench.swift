import CallbackActions
import Glibc
import HookProtocol
import Synchronization
import Testing

/// A real runner process with a directory of its own, and everything it said.
final class HookBench: Sendable {
    let directory: String
    let runner: HookRunner
    private let mailbox: Mailbox
    /// Whoever shares its directory with this bench lives as long as this one.
    private let other: HookBench?

    /// The runner beside the test program, or the one that `CALLBACKD_HOOKS` names.
    static var executable: String {
        if let other = getenv("CALLBACKD_HOOKS") { return String(cString: other) }
        var path = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &path, path.count)
        let own = String(decoding: path.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return own.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/callbackd-hooks"
    }

    static func makeDirectory() throws -> String {
        var template = Array("/tmp/callbackd-hooks-XXXXXX".utf8CString)
        return try String(cString: #require(mkdtemp(&template)))
    }

    /// - Parameters:
    ///   - lockOf: the bench whose state this one shares.
    ///   - directory: one of `makeDirectory`, which this bench removes.
    init(
        lockOf other: HookBench? = nil, executable: String = HookBench.executable, socketPath: String? = nil,
        in directory: String? = nil, width: Int = 8, capacity: Int = 4096, lockPatience: Int = 30
    ) throws {
        self.directory = try other?.directory ?? directory ?? Self.makeDirectory()
        self.other = other
        let mailbox = Mailbox()
        self.mailbox = mailbox
        runner = try HookRunner(
            HookRunner.Settings(
                executable: executable, socketPath: socketPath, lockPath: "\(self.directory)/state.db.runner.lock",
                width: width,
                capacity: capacity, lockPatience: lockPatience),
            onNotice: { mailbox.put($0) },
            onReports: { mailbox.put($0) }
        )
    }

    deinit {
        if other == nil { Self.removeDirectory(directory) }
    }

    /// Removes a directory that holds nothing but files.
    static func removeDirectory(_ path: String) {
        if let directory = opendir(path) {
            while let entry = readdir(directory) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                unlink("\(path)/\(name)")
            }
            closedir(directory)
        }
        rmdir(path)
    }

    func submit(_ jobs: HookJob...) { runner.submit(jobs) }

    func report(_ id: UInt64) async -> HookReport { await mailbox.report(id) }

    func run(_ job: HookJob) async -> HookReport {
        runner.submit([job])
        return await mailbox.report(job.id)
    }

    /// Runs a shell text as job 1.
    func shell(_ text: String, stdin: [UInt8] = [], outputLimit: Int = 64 << 10) async -> HookReport {
        await run(HookJob(id: 1, arguments: ["/bin/sh", "-c", text], stdin: stdin, outputLimit: outputLimit))
    }

    /// Waits for a notice that satisfies the condition; earlier ones count too.
    func notice(where matches: @escaping @Sendable (HookNotice) -> Bool) async -> HookNotice {
        await mailbox.notice(where: matches)
    }

    /// The front's process number, once it is ready.
    func ready() async throws -> pid_t {
        let notice = await notice { if case .ready = $0 { true } else { false } }
        guard case .ready(let process) = notice else { throw HookBenchError() }
        return process
    }

    var reported: [HookReport] { mailbox.reported }
}

struct HookBenchError: Error {}

/// Reports and notices, and those who wait for them.
private final class Mailbox: Sendable {
    private struct Content {
        var reports: [HookReport] = []
        var notices: [HookNotice] = []
        var forReport: [(id: UInt64, continuation: CheckedContinuation<HookReport, Never>)] = []
        var forNotice:
            [(matches: @Sendable (HookNotice) -> Bool, continuation: CheckedContinuation<HookNotice, Never>)] = []
    }

    private let content = Mutex(Content())

    var reported: [HookReport] { content.withLock { $0.reports } }

    func put(_ reports: [HookReport]) {
        content.withLock { content in
            content.reports += reports
            for report in reports {
                for waiter in content.forReport where waiter.id == report.id {
                    waiter.continuation.resume(returning: report)
                }
                content.forReport.removeAll { $0.id == report.id }
            }
        }
    }

    func put(_ notice: HookNotice) {
        content.withLock { content in
            content.notices.append(notice)
            for waiter in content.forNotice where waiter.matches(notice) {
                waiter.continuation.resume(returning: notice)
            }
            content.forNotice.removeAll { $0.matches(notice) }
        }
    }

    /// A test that runs out of time gets an answer that nobody expects, so that it fails and does not hang.
    func report(_ id: UInt64) async -> HookReport {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                content.withLock { content in
                    if let report = content.reports.first(where: { $0.id == id }) {
                        continuation.resume(returning: report)
                    } else {
                        content.forReport.append((id, continuation))
                    }
                }
            }
        } onCancel: {
            put([HookReport(id: id, end: .runnerLost("the test waited for too long"))])
        }
    }

    func notice(where matches: @escaping @Sendable (HookNotice) -> Bool) async -> HookNotice {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                content.withLock { content in
                    if let notice = content.notices.first(where: matches) {
                        continuation.resume(returning: notice)
                    } else {
                        content.forNotice.append((matches, continuation))
                    }
                }
            }
        } onCancel: {
            content.withLock { content in
                for waiter in content.forNotice {
                    waiter.continuation.resume(returning: .ended("the test waited for too long"))
                }
                content.forNotice = []
            }
        }
    }
}

/// What /proc says about processes.
enum Proc {
    static func isAlive(_ process: pid_t) -> Bool { state(process).map { $0 != "Z" } ?? false }

    static func state(_ process: pid_t) -> String? { fields(process)?.first }

    /// The processes whose parent this is, zombies too.
    static func children(of parent: pid_t) -> [pid_t] {
        numbers("/proc").filter { fields($0)?.dropFirst().first == "\(parent)" }
    }

    static func descriptors(of process: pid_t) -> Int { numbers("/proc/\(process)/fd").count }

    /// How often the process was taken off and put on a processor.
    static func wakes(_ process: pid_t) -> [String] {
        (text("/proc/\(process)/status") ?? "").split(separator: "\n").filter { $0.contains("ctxt_switches") }
            .map(String.init)
    }

    /// Polls until the condition holds; false after ten seconds.
    static func waits(_ condition: () -> Bool) async -> Bool {
        let end = ContinuousClock.now + .seconds(30)
        while !condition() {
            if ContinuousClock.now > end { return false }
            await Task.yield()
            _ = poll(nil, 0, 5)
        }
        return true
    }

    static func text(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = read(file, &bytes, bytes.count)
        return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    private static func fields(_ process: pid_t) -> [String]? {
        guard let text = text("/proc/\(process)/stat"), let end = text.lastIndex(of: ")") else { return nil }
        return text[text.index(after: end)...].split(separator: " ").map(String.init)
    }

    private static func numbers(_ path: String) -> [pid_t] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var found: [pid_t] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let number = pid_t(name) { found.append(number) }
        }
        return found
    }
}

extension HookReport {
    var text: String { String(decoding: output, as: UTF8.self) }
    var lines: [String] { text.split(separator: "\n").map(String.init) }
    /// The process number that the hook printed first.
    var printedProcess: pid_t? { lines.first.flatMap { pid_t($0) } }
}
