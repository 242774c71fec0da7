/// Something that can be ordered.
package struct LicenseProduct: Sendable, Equatable {
    /// The version of the product that some options depend on.
    package enum Generation: String, Sendable {
        case plesk10 = "Plesk 10"
        case plesk12 = "Plesk 12"
    }

    package let kind: LicenseKind
    package let name: String
    /// nil where no option depends on it.
    package let generation: Generation?

    init(_ kind: LicenseKind, _ name: String, _ generation: Generation? = nil) {
        self.kind = kind
        self.name = name
        self.generation = generation
    }
}
