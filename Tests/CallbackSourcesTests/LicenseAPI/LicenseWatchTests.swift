import CallbackCore
import CallbackTestKit
import HTTPTransport
import Synchronization
import Testing

@testable import CallbackRows
@testable import CallbackSources

@Suite("A licence source")
struct LicenseWatchTests {
    @Test("takes what is there at first as known, on disk, and tells nothing of it")
    func baseline() throws {
        let bench = try LicenseBench()
        bench.api.order("plesk", "PLSK.02980001.0000")
        bench.api.order("virtuozzo", "VZ.02980002.0004")
        try bench.start()
        try bench.listings(5)
        #expect(bench.told == [])
        let first = try #require(bench.intake.state.withLock { $0.batches.first })
        #expect(first.replacesNames)
        #expect(first.mark.isInstalled)
        #expect(first.names.map { "\($0.table)/\($0.key)" } == ["account/", "baseline/plesk", "plesk/PLSK.02980001"])
        #expect(bench.problem == nil)
        #expect(bench.watch?.hasListed == true)
    }

    @Test("tells an order with its properties, in the batch that makes it known")
    func ordered() throws {
        let bench = try LicenseBench()
        bench.api.order("plesk", "PLSK.02980001.0000")
        try bench.start()
        bench.api.order("plesk", "PLSK.02980002.0000", ["title": "New one"])
        try bench.listings(1)
        #expect(bench.told == ["license.ordered PLSK.02980002"])
        let batch = try #require(bench.intake.state.withLock { $0.batches.first { !$0.events.isEmpty } })
        #expect(batch.names.map(\.key) == ["PLSK.02980002"])
        #expect(batch.mark.position == 1)
        let event = try #require(batch.events.first)
        #expect(event.time == bench.clock.now() || event.time < bench.clock.now())
        #expect(
            event.data.text == """
                {"new":{"id":2,"kind":"plesk","key_number":"PLSK.02980002.0000","product":"PLESK-12-VPS",\
                "title":"New one","comment":"","server_ip":null,"period":12,"os":"LINUX","options":{"WPBSites":"10"},\
                "status":"active","ordered_at":"2026-11-22T16:20:00.000Z","expires_at":"2027-11-22T16:20:00.000Z",\
                "addons":null,"order_id":null},"old":null,"changed":[],"operation":null}
                """)
        try bench.listings(3)
        #expect(bench.told.count == 1)
    }

    @Test("an end is told after the third listing without the licence, with what was known of it")
    func terminated() throws {
        let bench = try LicenseBench()
        bench.api.order("plesk", "PLSK.02980001.0000")
        try bench.start()
        try bench.pass(.seconds(30))
        bench.api.end("plesk", "PLSK.02980001.0000")
        try bench.listings(2)
        #expect(bench.told == [])
        try bench.listings(1)
        #expect(bench.told == ["license.terminated PLSK.02980001"])
        let data = try #require(bench.intake.events.first?.data)
        #expect(data["new"] == .null)
        #expect(data["old"]?["title"] == "Shop server")
        try bench.listings(4)
        #expect(bench.told.count == 1)
        bench.api.order("plesk", "PLSK.02980001.0000")
        try bench.listings(1)
        #expect(bench.told.last == "license.ordered PLSK.02980001")
    }

    @Test("a licence that is listed again in time was never gone")
    func missingForAWhile() throws {
        let bench = try LicenseBench()
        bench.api.order("plesk", "PLSK.02980001.0000")
        try bench.start()
        for _ in 0..<4 {
            bench.api.end("plesk", "PLSK.02980001.0000")
            try bench.listings(2)
            bench.api.order("plesk", "PLSK.02980001.0000")
            try bench.listings(1)
        }
        #expect(bench.told == [])
    }

    @Test("an empty list after a full one ends nothing until it was seen as often")
    func empty() throws {
        let bench = try LicenseBench(["missing": .integer(4)])
        for number in 1...3 { bench.api.order("plesk", "PLSK.0298000\(number).0000") }
        try bench.start()
        bench.api.misbehave(.empty, on: "/license/plesk", times: 3)
        try bench.listings(4)
        #expect(bench.told == [])
        bench.api.misbehave(.empty, on: "/license/plesk", times: 4)
        try bench.listings(4)
        #expect(bench.told == (1...3).map { "license.terminated PLSK.0298000\($0)" })
    }

    @Test(
        "what is no listing is never a difference, and status says why",
        arguments: LoopbackLicenseAPI.Misbehaviour.spoilingListings)
    func spoiled(_ what: LoopbackLicenseAPI.Misbehaviour) throws {
        let bench = try LicenseBench()
        bench.api.order("plesk", "PLSK.02980001.0000")
        bench.api.order("plesk", "PLSK.02980002.0000")
        try bench.start()
        try bench.pass(.seconds(30))
        bench.api.misbehave(what, on: "/license/plesk")
        try bench.pass(.seconds(300))
        #expect(bench.told == [])
        let problem = try #require(bench.problem)
        #expect(problem.hasPrefix("plesk: "))
        bench.api.behave()
        bench.api.end("plesk", "PLSK.02980001.0000")
        try bench.pass(.seconds(600))
        #expect(bench.told == ["license.terminated PLSK.02980001"])
        #expect(bench.problem == nil)
    }

    @Test("a spoiled first listing is no baseline", arguments: LoopbackLicenseAPI.Misbehaviour.spoilingListings)
    func spoiledBaseline(_ what: LoopbackLicenseAPI.Misbehaviour) throws {
        let bench = try LicenseBench()
        bench.api.misbehave(what, on: "/license/plesk", times: 2)
        bench.api.order("plesk", "PLSK.02980001.0000")
        try bench.start()
        #expect(bench.watch?.hasListed == false)
        try bench.pass(.seconds(60))
        #expect(bench.told == [])
        #expect(bench.watch?.hasListed == true)
    }

    @Test("one kind that is refused keeps no other from being watched")
    func oneKind() throws {
        let bench = try LicenseBench()
        bench.api.misbehave(.refusal, on: "/license/cpanel")
        try bench.start()
        bench.api.order("plesk", "PLSK.02980001.0000")
        try bench.listings(1)
        #expect(bench.told == ["license.ordered PLSK.02980001"])
        #expect(bench.problem == "cpanel: the licence API answers 403")
    }

    @Test("failures are asked about ever more rarely, at most each five minutes")
    func backoff() throws {
        let bench = try LicenseBench(["kinds": .list([LicenseBench.setting(.text("plesk"))])])
        bench.api.misbehave(.failure, on: "/license")
        try bench.start()
        func asked(in time: Duration) throws -> Int {
            func count() -> Int { bench.api.requests.count { $0.path == "/license/plesk" } }
            let before = count()
            try bench.pass(time)
            return count() - before
        }
        #expect(try asked(in: .seconds(15)) == 4)
        try bench.pass(.minutes(10))
        #expect(try asked(in: .minutes(50)) == 10)
    }

    @Test("a licence that is listed under its next revision is the same one, renewed")
    func renewed() throws {
        let bench = try LicenseBench()
        bench.api.order("plesk", "PLSK.02980001.0000")
        try bench.start()
        try bench.pass(.seconds(30))
        bench.api.edit("plesk", "PLSK.02980001.0000", ["expires_at": "2028-11-22T16:20:00.000Z"])
        bench.api.renew("plesk", "PLSK.02980001.0000", as: "PLSK.02980001.0001")
        try bench.listings(1)
        #expect(bench.told == ["license.updated PLSK.02980001"])
        let data = try #require(bench.intake.events.first?.data)
        #expect(data["changed"] == ["key_number", "expires_at"])
        #expect(data["old"]?["key_number"] == "PLSK.02980001.0000")
        #expect(data["new"]?["key_number"] == "PLSK.02980001.0001")
        try bench.listings(10)
        #expect(bench.told.count == 1)
    }

    @Test("a status that becomes terminated is the end, and leaving the list afterwards tells nothing")
    func status() throws {
        let bench = try LicenseBench(["refresh": .duration(.minutes(5))])
        bench.api.order("plesk", "PLSK.02980001.0000")
        try bench.start()
        try bench.listings(1)
        bench.api.edit("plesk", "PLSK.02980001.0000", ["status": "terminated"])
        try bench.listings(6)
        #expect(bench.told == ["license.terminated PLSK.02980001"])
        #expect(bench.intake.events.first?.data["new"]?["status"] == "terminated")
        bench.api.end("plesk", "PLSK.02980001.0000")
        try bench.listings(6)
        #expect(bench.told.count == 1)
        #expect(bench.intake.state.withLock { $0.names["plesk/PLSK.02980001"] } == nil)
    }

    @Test("an order whose properties cannot be read waits ten minutes for them, and others do not wait for it")
    func unreadable() throws {
        let bench = try LicenseBench()
        try bench.start()
        bench.api.order("plesk", "PLSK.02980001.0000")
        bench.api.order("plesk", "PLSK.02980002.0000")
        bench.api.misbehave(.failure, on: "/license/plesk/PLSK.02980001")
        try bench.listings(2)
        #expect(bench.told == ["license.ordered PLSK.02980002"])
        try bench.listings(7)
        #expect(bench.told.count == 1)
        #expect(bench.problem?.contains("PLSK.02980001.0000 cannot be read") == true)
        try bench.listings(4)
        #expect(bench.told.last == "license.ordered PLSK.02980001")
        let data = try #require(bench.intake.events.last?.data)
        #expect(data["new"]?["key_number"] == "PLSK.02980001.0000")
        #expect(data["new"]?["title"] == .null)
        bench.api.behave()
        try bench.pass(.hours(25))
        #expect(bench.told.last == "license.updated PLSK.02980001")
        #expect(bench.problem == nil)
    }

    @Test("the fields are those of the panel's own tables")
    func shape() throws {
        let bench = try LicenseBench()
        try bench.start()
        bench.api.order("plesk", "PLSK.02980001.0000", ["vendor_note": "x", "api_token": "hidden"])
        try bench.listings(1)
        let data = try #require(bench.intake.events.first?.data)
        guard case .object(let row)? = data["new"],
            case .object(let shape)? = PleskProfile.catalog.shapes["license.ordered"]?.data,
            case .object(let fields)? = shape["new"]
        else {
            Issue.record("no row")
            return
        }
        #expect(Set(row.members.map(\.key)) == Set(fields.keys).union(["vendor_note"]))
        #expect(data["redacted"] == ["api_token"])
        #expect(!data.text.contains("hidden"))
    }

    @Test("columns that a provider hands through as texts have the types of the panel's own events")
    func types() throws {
        let answer: JSONValue = [
            "id": "7", "keyNumber": "CPNL.1.0002", "serverIP": "192.0.2.7", "period": "12",
            "options": #"{"a":"1"}"#, "addons": #"["CLOUDLINUX"]"#, "title": "12",
        ]
        let details = try LicenseDetails(
            answer, of: LicenseID(kind: .cpanel, key: "CPNL.1"), listedAs: "CPNL.1.0002")
        #expect(details.row["id"] == 7)
        #expect(details.row["period"] == 12)
        #expect(details.row["title"] == "12")
        #expect(details.row["options"] == ["a": "1"])
        #expect(details.row["addons"] == ["CLOUDLINUX"])
        #expect(details.row["server_ip"] == "192.0.2.7")
        #expect(details.row["key_number"] == "CPNL.1.0002")
        #expect(details.row["keyNumber"] == nil)
        #expect(throws: LicenseProblem.self) {
            try LicenseDetails(answer, of: LicenseID(kind: .cpanel, key: "CPNL.2"), listedAs: "CPNL.2.0000")
        }
    }

    @Test("an address that is private is not asked unless egress allows it")
    func egress() throws {
        let bench = try LicenseBench()
        bench.egress = EgressPolicy()
        try bench.start()
        #expect(bench.problem?.contains("egress: {allow: [127.0.0.1/32]}") == true)
        #expect(bench.api.requests.isEmpty)
    }
}
