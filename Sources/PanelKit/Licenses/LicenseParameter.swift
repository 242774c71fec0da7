/// A parameter of a licence order: what it is called, and what it may say.
package struct LicenseParameter: Sendable {
    /// Which values are accepted.
    package enum Values: Sendable {
        /// Any text of at most 255 characters; `blank` where it may be empty.
        case text(blank: Bool)
        /// An IPv4 or IPv6 address.
        case address
        /// One of these. A value that only one generation has names it; others are for every product.
        case choice([(String, LicenseProduct.Generation?)])
        /// Any number of these, each at most once.
        case several([String])
    }

    package let name: String
    package let values: Values
    /// The value that means "none", and that the command line puts in for what is left out; nil where one is needed.
    package let none: String?
    /// The one generation that has this parameter; nil where every product has it.
    package let generation: LicenseProduct.Generation?
    /// Whether it may be left out by everybody, as documented.
    package let isOptional: Bool

    init(
        _ name: String, _ values: Values, none: String? = nil, only generation: LicenseProduct.Generation? = nil,
        isOptional: Bool = false
    ) {
        self.name = name
        self.values = values
        self.none = none
        self.generation = generation
        self.isOptional = isOptional
    }

    /// Whether an order of this product has to name it.
    func isNeeded(for product: LicenseProduct) -> Bool {
        !isOptional && (generation == nil || generation == product.generation)
    }

    /// Says why a text is not accepted, whatever the product, or nil where it is.
    func objection(to value: String) -> String? {
        guard case .text(let blank) = values else { return nil }
        if !blank, value.isBlank { return "it must not be empty" }
        let length = value.unicodeScalars.count
        return length > ValueType.columnWidth ? "at most \(ValueType.columnWidth) characters, found \(length)" : nil
    }

    /// Says why a value is not accepted for a product, or nil where it is.
    func objection(to value: String, for product: LicenseProduct) -> String? {
        switch values {
        case .text:
            return objection(to: value)
        case .address:
            return NetworkAddress.isValid(value)
                ? nil : "expected an IPv4 or IPv6 address, found \"\(value.prefix(80))\""
        case .several(let allowed):
            return objection(toEach: value.split(separator: ",").map(String.init), of: allowed)
        case .choice(let options):
            return objection(to: value, of: options, for: product)
        }
    }

    private func objection(
        to value: String, of options: [(String, LicenseProduct.Generation?)], for product: LicenseProduct
    ) -> String? {
        let fitting = options.filter { option in
            (generation == nil || generation == product.generation)
                && (option.1 == nil || option.1 == product.generation)
        }.map(\.0)
        guard value != none, !fitting.contains(value) else { return nil }
        let allowed = options.map(\.0).filter { $0 == none || fitting.contains($0) }.joined(separator: ", ")
        if let other = options.first(where: { $0.0 == value }), let needed = generation ?? other.1 {
            return "\(value) is an option of \(needed.rawValue); \(product.name) accepts \(allowed)"
        }
        return "expected one of \(allowed); found \"\(value.prefix(80))\""
    }

    private func objection(toEach values: [String], of allowed: [String]) -> String? {
        var seen: Set<String> = []
        for value in values {
            guard allowed.contains(value) else {
                return "expected any of \(allowed.joined(separator: ", ")); found \"\(value.prefix(80))\""
            }
            guard seen.insert(value).inserted else { return "\(value) is given twice" }
        }
        return nil
    }
}
