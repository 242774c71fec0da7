import CallbackCore
import CallbackTestKit
import Foundation
import HTTPTransport
import Synchronization
import Testing

@testable import CallbackSources

@Suite("A running licence source", .serialized)
struct LicenseThreadTests {
    private func source(_ bench: LicenseBench) throws -> LicenseSource {
        try LicenseSource(
            settings: bench.sourceSettings, timekeeper: SystemTimekeeper(),
            egress: { [egress = bench.egress] in egress },
            secret: { $0 == "licences" ? LoopbackLicenseAPI.secret : nil })
    }

    /// Runs the source on a thread of its own while `body` looks at it; then it must end soon.
    private func run(_ source: LicenseSource, _ intake: TestIntake, _ body: () throws -> Void) throws {
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            do { try source.run(into: intake) } catch { Issue.record("\(error)") }
            ended.signal()
        }
        try body()
        source.stop()
        #expect(ended.wait(timeout: .now() + 10) == .success)
    }

    @Test("says that it watches once each kind was listed, and tells an order")
    func runs() throws {
        let bench = try LicenseBench(["every": .duration(.seconds(1))])
        try run(try source(bench), bench.intake) {
            #expect(
                eventually {
                    bench.intake.statuses == [.starting, .watching] || bench.intake.statuses.last == .watching
                })
            bench.api.order("plesk", "PLSK.02980001.0000")
            #expect(eventually { bench.told == ["license.ordered PLSK.02980001"] })
        }
    }

    @Test("ends at once while the API keeps it waiting")
    func hanging() throws {
        let bench = try LicenseBench()
        bench.api.misbehave(.hang, on: "/access/token")
        try run(try source(bench), bench.intake) { try bench.api.waitForRequests(1) }
        #expect(bench.intake.state.withLock { $0.batches.isEmpty })
    }

    @Test("goes on from what is on disk when the intake takes in again")
    func paused() throws {
        let bench = try LicenseBench(["every": .duration(.seconds(1))])
        try run(try source(bench), bench.intake) {
            #expect(eventually { bench.intake.statuses.last == .watching })
            bench.intake.state.withLock { $0.pause = "too much is owed" }
            bench.api.order("plesk", "PLSK.02980001.0000")
            #expect(eventually { bench.intake.statuses.last == .waiting("too much is owed") })
            bench.intake.state.withLock { $0.pause = nil }
            #expect(eventually { bench.told == ["license.ordered PLSK.02980001"] })
        }
        #expect(bench.told.count == 1)
    }

    @Test("100,000 licences are listed, compared and kept within bounds")
    func large() throws {
        let bench = try LicenseBench([
            "kinds": .list([LicenseBench.setting(.text("plesk"))]), "rate": .rate(Rate(1, per: .hour)),
        ])
        for number in 0..<100_000 { bench.api.order("plesk", "PLSK.\(10_000_000 + number).0000") }
        try bench.start()
        #expect(bench.intake.state.withLock { $0.names.count } == 100_002)
        bench.api.end("plesk", "PLSK.10000007.0000")
        try bench.listings(3)
        #expect(bench.told == ["license.terminated PLSK.10000007"])
        #expect(bench.problem == nil)
    }
}
