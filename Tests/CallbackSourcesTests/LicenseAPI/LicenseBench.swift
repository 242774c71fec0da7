import CallbackCore
import CallbackTestKit
import HTTPTransport
import Synchronization
import Testing

@testable import CallbackSources

/// Clocks that only move by hand, both together.
final class MovedClock: Timekeeper, Sendable {
    private let passed = Mutex<Int64>(0)

    func now() -> Timestamp { Timestamp(milliseconds: 1_795_000_000_000 + passed.withLock { $0 } / 1_000_000) }
    func monotonic() -> Int64 { 1_000_000_000 + passed.withLock { $0 } }
    func move(nanoseconds: Int64) { passed.withLock { $0 += nanoseconds } }
}

/// A secret that a reload may exchange.
final class ChangingSecret: Sendable {
    private let text = Mutex(LoopbackLicenseAPI.secret)

    var value: String { text.withLock { $0 } }
    func change(to new: String) { text.withLock { $0 = new } }
}

/// A licence API, a state file in memory, and a source between them that is moved by hand.
final class LicenseBench {
    static let source: SourceName = "licenses"

    let api: LoopbackLicenseAPI
    let intake = TestIntake()
    let clock = MovedClock()
    let secret = ChangingSecret()
    var settings: [String: Setting]
    var egress = EgressPolicy(allow: [CIDR(IPAddress(v4: 0x7F00_0000), prefix: 8)])
    private(set) var watch: LicenseWatch?
    private(set) var client: LicenseAPI?

    init(_ more: [String: SettingValue] = [:], api: LoopbackLicenseAPI? = nil) throws {
        self.api = try api ?? LoopbackLicenseAPI()
        settings = [
            "url": Self.setting(.text(self.api.url)), "login": Self.setting(.text(LoopbackLicenseAPI.login)),
            "secret": Self.setting(.text("licences")),
        ]
        for (key, value) in more { settings[key] = Self.setting(value) }
    }

    static func setting(_ value: SettingValue) -> Setting { Setting(value, at: place) }
    static let place = ConfigPlace(file: "test.yaml", line: 1, column: 1, length: 1)

    var sourceSettings: SourceSettings {
        SourceSettings(
            name: Self.source, kind: LicenseSource.kind, settings: Settings(settings, at: Self.place),
            common: Settings(at: Self.place), place: Self.place)
    }

    /// Begins as a daemon does: from what is on disk.
    func start() throws {
        let plan = try LicensePlan(sourceSettings)
        let client = try LicenseAPI(
            plan, timekeeper: clock, egress: { [egress] in egress }, secret: { [secret] in secret.value })
        self.client = client
        watch = try LicenseWatch(source: Self.source, plan: plan, api: client, intake: intake, timekeeper: clock)
        try settle()
    }

    /// Does what is due now.
    func settle() throws { try pass(.zero) }

    /// Lets time pass, and does what becomes due meanwhile.
    func pass(_ time: Duration) throws {
        let watch = try #require(watch)
        var rest = time.nanoseconds
        while true {
            let wait = try watch.step()
            guard wait <= rest else {
                clock.move(nanoseconds: rest)
                return
            }
            clock.move(nanoseconds: wait)
            rest -= wait
        }
    }

    /// Lets so many listings of each kind happen, with what follows from them.
    func listings(_ count: Int) throws {
        for _ in 0..<count { try pass(.seconds(60)) }
    }

    var problem: String? { watch?.problem }

    /// The events so far, such as `license.ordered PLSK.02980001`.
    var told: [String] {
        intake.events.map { "\($0.type) \($0.subject.dropFirst("license/".count))" }
    }

    /// How often the properties of a licence, or of all, were asked for.
    func readings(of number: String = "") -> Int {
        api.requests.count { $0.path.hasPrefix("/license/plesk/\(number)") }
    }
}
