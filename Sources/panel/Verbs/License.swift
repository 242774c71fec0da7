import ArgumentParser
import PanelKit

struct License: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Licences: ordering, listing, editing and ending them, here or by a licence API.",
        subcommands: [
            LicenseProducts.self, LicenseOrderVerb.self, LicenseList.self, LicenseShow.self, LicenseEditVerb.self,
            LicenseTerminate.self, LicenseCredential.self,
        ]
    )
}

extension LicenseKind: ExpressibleByArgument {}
