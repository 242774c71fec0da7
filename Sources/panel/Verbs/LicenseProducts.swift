import ArgumentParser
import Glibc
import PanelKit

struct LicenseProducts: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "products",
        abstract: "List the orderable products, one on a line."
    )

    @Option(help: "Only products of this kind.")
    var kind: LicenseKind?

    func run() throws {
        let list = LicenseCatalog.products(of: kind).map { "\($0.name)\n" }.joined()
        try Ending.print(list)
    }
}
