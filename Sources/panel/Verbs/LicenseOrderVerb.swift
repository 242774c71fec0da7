import ArgumentParser
import Glibc
import PanelKit

struct LicenseOrderVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "order",
        abstract: "Order a licence, and print its key number.",
        discussion: "An option left out means none. A value that is not accepted ends with exit 65."
    )

    @OptionGroup var options: LicenseOptions

    @Option(help: "What the licence is for.")
    var kind: LicenseKind

    @Option(help: "The product, as `panel license products` lists it.")
    var product: String

    @Option(help: "A title for the licence.")
    var title: String?

    @Option(help: "A comment.")
    var comment: String?

    @Option(help: "Months until it is renewed: 1, 3, 6, 12, 24, 36.")
    var period: String?

    @Option(help: "LINUX or WINDOWS; needed for Plesk 10 and Virtuozzo.")
    var os: String?

    @Option(name: [.customLong("server-ip"), .customLong("serverIP")], help: "cPanel: the address of the server.")
    var serverIP: String?

    @Option(help: "cPanel: add-ons, separated by commas; may be repeated.")
    var addons: [String] = []

    @Option(name: [.customLong("wpb-sites"), .customLong("WPBSites")], help: "Plesk: 0, 10, 30, 100, 1000.")
    var wpbSites: String?

    @Option(name: [.customLong("wpb-options"), .customLong("WPBOptions")], help: "Plesk 12: 0, MLS_SUPPORT.")
    var wpbOptions: String?

    @Option(help: "Plesk: 0, POWER_PACK.")
    var applications: String?

    @Option(name: [.customLong("cbm-clients"), .customLong("CBMClients")], help: "Plesk 10: 0, UNLIMITED.")
    var cbmClients: String?

    @Option(
        name: [.customLong("language-pack"), .customLong("languagePack")], help: "Plesk: 0 to 5, UNLIMITED.")
    var languagePack: String?

    @Option(help: "Plesk: 0, PREMIUM_ANTIVIRUS, PREMIUM_ANTIVIRUS_FOR_WIN.")
    var antivirus: String?

    @Option(help: "With --url: an order sent twice under one key is placed once.")
    var idempotencyKey: String?

    func run() throws {
        try options.run(orderKey: idempotencyKey) { licenses in
            let key = try licenses.place(LicenseOrder(kind: kind, product: product, parameters: parameters))
            try Ending.print("\(key)\n")
        }
    }

    /// What was given, by the documented names.
    private var parameters: [String: String] {
        let given: [String: String?] = [
            "title": title, "comment": comment, "period": period, "os": os, "serverIP": serverIP,
            "addons": addons.isEmpty ? nil : addons.filter { !$0.isEmpty }.joined(separator: ","),
            "WPBSites": wpbSites, "WPBOptions": wpbOptions, "applications": applications, "CBMClients": cbmClients,
            "languagePack": languagePack, "antivirus": antivirus,
        ]
        return given.compactMapValues { $0 }
    }
}
