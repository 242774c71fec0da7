import Testing

@testable import PanelKit

@Suite("Failed logins")
struct FailedLoginsTests {
    private let begin = ContinuousClock.now
    private let failures = FailedLogins()

    private func fail(_ count: Int, _ login: String = "admin", from address: String = "10.0.0.1") {
        for _ in 0..<count { failures.failed(login, from: address, at: begin) }
    }

    private func wait(
        _ login: String = "admin", from address: String = "10.0.0.1", after time: Duration = .zero
    ) -> Duration? {
        failures.wait(for: login, from: address, at: begin + time)
    }

    @Test("a few are free, and each further one doubles the wait, up to a limit")
    func doubling() {
        fail(4)
        #expect(wait() == nil)
        fail(1)
        #expect(wait() == .seconds(1))
        fail(1)
        #expect(wait() == .seconds(2))
        fail(3)
        #expect(wait() == .seconds(16))
        #expect(wait(after: .seconds(17)) == nil)
        fail(30)
        #expect(wait() == .seconds(300))
    }

    @Test("a login is locked for the address that failed, and for nobody else")
    func byAddress() {
        fail(6)
        #expect(wait(from: "10.0.0.2") == nil)
        #expect(wait("JDoe") == nil)
    }

    @Test("an address that tries many logins is locked for all of them")
    func manyLogins() {
        for number in 0..<20 { fail(1, "user-\(number)") }
        #expect(wait("somebody") == .seconds(1))
    }

    @Test("a login that succeeds has nothing held against it any more")
    func success() {
        fail(5)
        failures.succeeded("admin", from: "10.0.0.1")
        #expect(wait() == nil)
        fail(4)
        #expect(wait() == nil)
    }

    @Test("failures of long ago are forgotten")
    func forgotten() {
        fail(9)
        let later = begin + FailedLogins.memory + .seconds(1)
        failures.failed("admin", from: "10.0.0.1", at: later)
        #expect(failures.wait(for: "admin", from: "10.0.0.1", at: later) == nil)
    }

    @Test("a flood of logins does not make it grow without limit")
    func bounded() {
        for number in 0..<(FailedLogins.capacity + 500) {
            failures.failed("user-\(number)", from: "10.0.\(number % 7).9", at: begin)
        }
        #expect(failures.count <= FailedLogins.capacity)
    }
}
