import GRDB
import Testing

@testable import PanelKit

@Suite("Licence orders")
struct LicenseOrderTests {
    private func order(
        _ product: String, kind: LicenseKind = .plesk, _ parameters: [String: String] = [:]
    ) throws(LicenseOrderError) -> LicenseOrder {
        let usual = ["title": "T", "period": "12", "os": "LINUX"]
        return try LicenseOrder(
            kind: kind, product: product, parameters: usual.merging(parameters) { $1 }.filter { $0.value != "left out" }
        )
    }

    @Test("every product of the documentation can be ordered")
    func products() {
        let names = LicenseCatalog.products(of: nil).map(\.name)
        let documented = [
            "PLESK-10-VPS", "PLESK-12-VPS", "PLESK-12-DEDICATED", "CPANEL-VPS", "CPANEL-DEDICATED", "VIRTUOZZO-10",
        ]
        #expect(Set(documented).isSubset(of: names))
        #expect(LicenseCatalog.products(of: .virtuozzo).map(\.name) == ["VIRTUOZZO-10"])
    }

    @Test("what is left out of a Plesk order is none")
    func nothingChosen() throws {
        let order = try order("PLESK-12-VPS", ["os": "left out"])
        #expect(order.comment == "")
        #expect(order.os == nil)
        #expect(order.period == 12)
        #expect(
            order.options.map { "\($0.name)=\($0.value)" } == [
                "WPBSites=0", "WPBOptions=0", "applications=0", "CBMClients=0", "languagePack=0", "antivirus=0",
            ])
    }

    @Test(
        "every documented option value is accepted for each version that has it, and refused for the other",
        arguments: [
            ("WPBSites", "10", false, true), ("WPBSites", "30", false, true), ("WPBSites", "100", true, true),
            ("WPBSites", "1000", true, true), ("WPBOptions", "MLS_SUPPORT", false, true),
            ("WPBOptions", "0", true, true), ("applications", "POWER_PACK", true, true),
            ("CBMClients", "UNLIMITED", true, false), ("CBMClients", "0", true, true),
            ("languagePack", "1", true, true), ("languagePack", "5", true, true),
            ("languagePack", "UNLIMITED", false, true), ("antivirus", "PREMIUM_ANTIVIRUS", true, true),
            ("antivirus", "PREMIUM_ANTIVIRUS_FOR_WIN", false, true), ("os", "LINUX", true, true),
            ("os", "WINDOWS", true, true), ("period", "1", true, true), ("period", "36", true, true),
        ])
    func options(name: String, value: String, inTen: Bool, inTwelve: Bool) {
        for (product, isAccepted) in [("PLESK-10-VPS", inTen), ("PLESK-12-VPS", inTwelve)] {
            if isAccepted {
                #expect(throws: Never.self) { try order(product, [name: value]) }
            } else {
                #expect {
                    try order(product, [name: value])
                } throws: {
                    ($0 as? LicenseOrderError)?.parameter == name && "\($0)".contains(product)
                }
            }
        }
    }

    @Test(
        "a wrong value is refused by the name of its parameter, and the text lists what is allowed",
        arguments: [
            ("period", "2", "1, 3, 6, 12, 24, 36"), ("period", "", "1, 3"), ("os", "BEOS", "LINUX, WINDOWS"),
            ("WPBSites", "5", "0, 10, 30, 100, 1000"), ("languagePack", "6", "UNLIMITED"),
            ("antivirus", "premium_antivirus", "PREMIUM_ANTIVIRUS"), ("title", " ", "empty"),
            ("title", String(repeating: "t", count: 256), "255"), ("title", "left out", "without it"),
            ("period", "left out", "without it"), ("serverIP", "10.0.0.1", "no such parameter"),
            ("addons", "CLOUDLINUX", "no such parameter"), ("colour", "red", "no such parameter"),
        ])
    func wrongValues(name: String, value: String, said: String) {
        #expect {
            try order("PLESK-12-VPS", [name: value])
        } throws: {
            ($0 as? LicenseOrderError)?.parameter == name && "\($0)".contains(said)
        }
    }

    @Test("an unknown product, or one of another kind, is refused with those that there are")
    func unknownProduct() {
        for product in ["PLESK-9-VPS", "CPANEL-VPS", ""] {
            #expect {
                try order(product)
            } throws: {
                ($0 as? LicenseOrderError)?.parameter == "product" && "\($0)".contains("PLESK-10-VPS, ")
            }
        }
    }

    @Test("an operating system is needed for Plesk 10 and Virtuozzo only")
    func operatingSystem() {
        for (product, kind) in [("PLESK-10-VPS", LicenseKind.plesk), ("VIRTUOZZO-10", .virtuozzo)] {
            #expect(throws: LicenseOrderError.self) { try order(product, kind: kind, ["os": "left out"]) }
        }
        #expect(throws: Never.self) {
            try order("CPANEL-VPS", kind: .cpanel, ["os": "left out", "serverIP": "::1"])
        }
    }

    @Test("a cPanel order needs an address, and takes any documented add-ons once")
    func cpanel() throws {
        let all = "FANTASTICO,INSTALLATRON,SOFTACULOUS,WHMXTRA,WHMSONIC,CLOUDLINUX,KERNELCARE"
        let order = try order("CPANEL-VPS", kind: .cpanel, ["serverIP": "192.0.2.7", "addons": all])
        #expect(order.addons.joined(separator: ",") == all)
        #expect(order.serverIP == "192.0.2.7")
        #expect(order.options.isEmpty)
        let wrong = [
            ["serverIP": "left out"], ["serverIP": "192.0.2.300"], ["serverIP": "host.example"],
            ["serverIP": "192.0.2.7", "addons": "TETRIS"],
            ["serverIP": "192.0.2.7", "addons": "CLOUDLINUX,CLOUDLINUX"],
            ["serverIP": "192.0.2.7", "WPBSites": "0"],
        ]
        for parameters in wrong {
            #expect(throws: LicenseOrderError.self) { try self.order("CPANEL-VPS", kind: .cpanel, parameters) }
        }
    }

    @Test("an order writes the licence and what was asked")
    func rows() throws {
        let panel = try TestPanel()
        let ordering = LicenseOrdering(database: panel.database)
        let key = try ordering.place(order("PLESK-12-VPS", ["comment": "C", "applications": "POWER_PACK"]))
        #expect(key.description.wholeMatch(of: /PLSK\.[0-9]{8}\.0000/) != nil)
        #expect(
            try panel.texts(
                """
                SELECT kind || '|' || key_number || '|' || product || '|' || title || '|' || comment || '|' || period
                    || '|' || os || '|' || status || '|' || (server_ip IS NULL) FROM licenses
                """) == ["plesk|\(key)|PLESK-12-VPS|T|C|12|LINUX|active|1"])
        let options = try panel.texts(
            "SELECT l.options FROM license_orders o JOIN licenses l ON l.id = o.license_id AND l.options = o.options")
        #expect(
            options == [
                #"{"WPBSites":"0","WPBOptions":"0","applications":"POWER_PACK","CBMClients":"0","languagePack":"0","antivirus":"0"}"#
            ])
        #expect(
            try panel.texts(
                "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', ordered_at, '+12 months') = expires_at FROM licenses")
                == ["1"])
        #expect(try panel.texts("SELECT addons FROM license_orders") == ["[]"])
    }

    @Test("each kind has its letters, and no two licences share a number")
    func keyNumbers() throws {
        let panel = try TestPanel()
        let ordering = LicenseOrdering(database: panel.database)
        var keys: Set<String> = []
        for _ in 1...50 {
            keys.insert(try ordering.place(order("PLESK-10-VPS")).stablePart)
        }
        #expect(keys.count == 50)
        let cpanel = try ordering.place(order("CPANEL-VPS", kind: .cpanel, ["serverIP": "::1", "addons": "WHMXTRA"]))
        let virtuozzo = try ordering.place(order("VIRTUOZZO-10", kind: .virtuozzo))
        #expect(cpanel.description.wholeMatch(of: /CPNL\.[0-9]{8}\.0000/) != nil)
        #expect(virtuozzo.description.wholeMatch(of: /VZ\.[0-9]{8}\.0000/) != nil)
        #expect(try panel.texts("SELECT addons FROM license_orders WHERE addons <> '[]'") == [#"["WHMXTRA"]"#])
    }
}
