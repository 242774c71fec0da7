import HookProtocol
import Testing

@Suite("the words between daemon and runner")
struct CommandProtocolTests {
    private func frames(_ bytes: [UInt8], step: Int) throws -> [HookFrame] {
        var reader = FrameReader()
        var found: [HookFrame] = []
        for start in stride(from: 0, to: bytes.count, by: step) {
            bytes[start..<min(bytes.count, start + step)].withUnsafeBytes { reader.append($0) }
            while let frame = try reader.next() { found.append(frame) }
        }
        return found
    }

    @Test("every end of a hook arrives as it was sent, in pieces of any size", arguments: [1, 3, 7, 4096])
    func reports(step: Int) throws {
        let ends: [HookReport.End] = [
            .exited(0), .exited(255), .signaled(15), .deadline, .cannotStart("cannot run é"), .runnerLost(""),
            .impossible("never"),
        ]
        let sent = ends.enumerated().map { index, end in
            HookReport(
                id: UInt64.max - UInt64(index), end: end, output: [0, 255, 10], truncated: index % 2 == 0,
                nanoseconds: UInt64(index) << 40)
        }
        let frames = try frames(sent.flatMap { HookMessage.report($0).frame }, step: step)
        let received = try frames.map { frame -> HookReport? in
            if case .report(let report) = try HookMessage(frame) { report } else { nil }
        }
        #expect(received == sent)
        #expect(try frames.map { try $0.job } == sent.map(\.id))
    }

    @Test("a job arrives with its strings, times and flags")
    func start() throws {
        let job = HookJob(
            id: 42, arguments: ["/bin/x", "", "ä b"], environment: [("A", ""), ("B", "1=2")], stdin: [1, 2, 3],
            deadline: .milliseconds(1500), grace: .seconds(Int64.max), outputLimit: 77, noNewPrivileges: false,
            surroundings: HookSurroundings(
                user: "hooks", group: "mail", directory: "/srv/ä", mask: 0o027,
                limits: HookLimits(processorSeconds: 1, memory: nil, files: 3, processes: nil, fileSize: .max - 1)))
        let frame = try #require(try frames(HookMessage.start(HookStart(job)).frame, step: 5).first)
        #expect(try frame.job == 42)
        #expect(try frame.stdinLength == 3)
        guard case .start(let start) = try HookMessage(frame) else { throw WrongMessage() }
        #expect(start.strings == Array("/bin/x\0\0ä b\0A=\0B=1=2\0".utf8))
        #expect((start.argumentCount, start.environmentCount) == (3, 2))
        #expect(start.deadline == .milliseconds(1500))
        #expect(start.grace == .nanoseconds(Int64.max))
        #expect(start.outputLimit == 77)
        #expect(!start.noNewPrivileges)
        #expect(start.surroundings == job.surroundings)
    }

    @Test("the bytes of an event between two frames are let through")
    func raw() throws {
        var reader = FrameReader()
        let hello = HookMessage.hello(version: 9).frame
        (hello + [5, 0, 0, 0, 9] + hello).withUnsafeBytes { reader.append($0) }
        #expect(try reader.next()?.bytes == hello)
        #expect(reader.raw(upTo: 3) == [5, 0, 0])
        #expect(reader.raw(upTo: 2) == [0, 9])
        #expect(try reader.next()?.bytes == hello)
        #expect(reader.raw(upTo: 10) == [])
    }

    @Test(
        "a broken stream is refused",
        arguments: [
            [0, 0, 0, 0, 1], [255, 255, 255, 255, 1], [1, 0, 0, 0, 99], [2, 0, 0, 0, 1, 0], [2, 0, 0, 0, 6, 0],
            [5, 0, 0, 0, 3, 255, 0, 0, 0],
        ] as [[UInt8]]
    )
    func broken(bytes: [UInt8]) {
        #expect(throws: WireError.self) {
            for frame in try frames(bytes, step: 100) { _ = try HookMessage(frame) }
        }
    }

    @Test("a job whose strings do not match their count is refused")
    func miscounted() throws {
        let job = HookJob(id: 1, arguments: ["/bin/x", "y"])
        var bytes = HookMessage.start(HookStart(job)).frame
        // The last byte ends the last string.
        bytes[bytes.count - 1] = 65
        #expect(throws: WireError.self) { _ = try HookMessage(try #require(try frames(bytes, step: 999).first)) }
    }
}

private struct WrongMessage: Error {}
