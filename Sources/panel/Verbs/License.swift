import ArgumentParser
import PanelKit

struct License: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Licences: what can be ordered, and ordering.",
        subcommands: [LicenseProducts.self, LicenseOrderVerb.self]
    )
}

extension LicenseKind: ExpressibleByArgument {}
