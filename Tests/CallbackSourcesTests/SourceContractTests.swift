import CallbackCore
import CallbackTestKit
import Foundation
import HTTPTransport
import Synchronization
import Testing

@testable import CallbackSources

/// A kind of source with something to watch.
private protocol ContractSubject {
    /// Makes the source as a daemon does at each start.
    func source() throws -> any Source
    /// Changes what is watched, so that exactly one event follows.
    func change(_ number: Int) throws
}

private struct DatabaseSubject: ContractSubject {
    let panel: Panel

    init() throws { panel = try Panel("CREATE TABLE t(id INTEGER PRIMARY KEY)") }

    func source() throws -> any Source {
        try SQLiteSource(
            settings: panel.settings(tables: [("t", [], [])]), timekeeper: SystemTimekeeper())
    }

    func change(_ number: Int) throws { try panel.execute("INSERT INTO t VALUES (\(number))") }
}

private struct LicenseSubject: ContractSubject {
    let bench: LicenseBench

    init() throws { bench = try LicenseBench(["every": .duration(.seconds(1))]) }

    func source() throws -> any Source {
        try LicenseSource(
            settings: bench.sourceSettings, timekeeper: SystemTimekeeper(),
            egress: { [egress = bench.egress] in egress },
            secret: { _ in LoopbackLicenseAPI.secret })
    }

    func change(_ number: Int) throws { bench.api.order("plesk", "PLSK.\(10_000_000 + number).0000") }
}

@Suite("What every kind of source keeps to", .serialized)
struct SourceContractTests {
    enum Kind: String, CaseIterable, Sendable {
        case sqlite, licenseAPI

        fileprivate func subject() throws -> any ContractSubject {
            switch self {
            case .sqlite: try DatabaseSubject()
            case .licenseAPI: try LicenseSubject()
            }
        }
    }

    /// Runs the source until `body` is over; it must end soon when it is told to stop.
    private func run(_ subject: any ContractSubject, _ intake: TestIntake, _ body: () throws -> Void) throws {
        let source = try subject.source()
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            do { try source.run(into: intake) } catch { Issue.record("\(error)") }
            ended.signal()
        }
        #expect(eventually { intake.statuses.last == .watching })
        try body()
        source.stop()
        #expect(ended.wait(timeout: .now() + 5) == .success)
    }

    @Test("says that it watches only when its beginning is on disk", arguments: Kind.allCases)
    func beginning(kind: Kind) throws {
        let subject = try kind.subject()
        try subject.change(1)
        let intake = TestIntake()
        try run(subject, intake) {
            #expect(intake.statuses.first == .starting)
            #expect(intake.mark?.isInstalled == true)
        }
        #expect(intake.events.isEmpty, "what was there before raises nothing")
    }

    @Test("tells each change once, over restarts, in the order of positions", arguments: Kind.allCases)
    func once(kind: Kind) throws {
        let subject = try kind.subject()
        let intake = TestIntake()
        for start in 0..<3 {
            try run(subject, intake) {
                try subject.change(3 * start)
                #expect(eventually { intake.events.count == 3 * start + 1 })
                try subject.change(3 * start + 1)
                #expect(eventually { intake.events.count == 3 * start + 2 })
            }
            // Nobody looks now.
            try subject.change(3 * start + 2)
            try run(subject, intake) { #expect(eventually { intake.events.count == 3 * start + 3 }) }
        }
        let origins = intake.events.map(\.origin)
        #expect(Set(origins).count == 9)
        #expect(origins.map(\.position) == origins.map(\.position).sorted())
        #expect(Set(intake.state.withLock { $0.batches.map(\.mark.incarnation) }).count == 1)
        #expect(intake.mark.map { $0.position >= origins.last?.position ?? .max } == true)
        #expect(intake.gaps.isEmpty)
    }

    @Test("waits while nothing is taken in, and loses nothing by it", arguments: Kind.allCases)
    func paused(kind: Kind) throws {
        let subject = try kind.subject()
        let intake = TestIntake()
        try run(subject, intake) {
            intake.state.withLock { $0.pause = "too much is owed" }
            try subject.change(1)
            #expect(
                eventually {
                    if case .waiting(let words)? = intake.statuses.last {
                        words.contains("too much is owed")
                    } else {
                        false
                    }
                })
            try subject.change(2)
            intake.state.withLock { $0.pause = nil }
            #expect(eventually { intake.events.count == 2 })
        }
        #expect(Set(intake.events.map(\.subject)).count == 2)
    }

    @Test(
        "a commit that fails ends it with the reason, and the next start tells what is missing",
        arguments: Kind.allCases)
    func failing(kind: Kind) throws {
        let subject = try kind.subject()
        let intake = TestIntake()
        try run(subject, intake) {}
        try subject.change(1)
        intake.state.withLock { $0.failsCommit = true }
        let source = try subject.source()
        #expect(throws: TestIntake.Unwritable.self) { try source.run(into: intake) }
        intake.state.withLock { $0.failsCommit = false }
        try run(subject, intake) { #expect(eventually { intake.events.count == 1 }) }
    }
}
