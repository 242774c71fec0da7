/// An order that can be carried out: every parameter has been checked.
package struct LicenseOrder: Sendable {
    package let product: LicenseProduct
    package let title: String
    package let comment: String
    /// In months.
    package let period: Int
    /// nil where the product was ordered without one.
    package let os: String?
    package let serverIP: String?
    /// Options of the kind Plesk with the values chosen, in the documented order; empty for other kinds.
    package let options: [(name: String, value: String)]
    package let addons: [String]

    /// Checks what was asked for. A parameter left out is taken as its "none".
    ///
    /// - Parameters:
    ///   - parameters: by their documented names; `addons` separated by commas.
    /// - Throws: the first parameter that is wrong, unknown to the product, or missing.
    package init(
        kind: LicenseKind, product name: String, parameters: [String: String]
    ) throws(LicenseOrderError) {
        guard let product = LicenseCatalog.products(of: kind).first(where: { $0.name == name }) else {
            let names = LicenseCatalog.products(of: kind).map(\.name).joined(separator: ", ")
            throw LicenseOrderError(
                parameter: "product", reason: "expected one of \(names); found \"\(name.prefix(80))\"")
        }
        let known = LicenseCatalog.parameters(of: product)
        if let unknown = parameters.keys.sorted().first(where: { key in !known.contains { $0.name == key } }) {
            throw LicenseOrderError(
                parameter: unknown,
                reason: "\(kind.rawValue) licences have no such parameter; leave it out "
                    + "(they have \(known.map(\.name).joined(separator: ", ")))"
            )
        }
        var values: [String: String] = [:]
        for parameter in known {
            guard let value = parameters[parameter.name] ?? parameter.none else {
                throw LicenseOrderError(parameter: parameter.name, reason: "\(name) cannot be ordered without it")
            }
            if let objection = parameter.objection(to: value, for: product) {
                throw LicenseOrderError(parameter: parameter.name, reason: objection)
            }
            values[parameter.name] = value
        }
        func given(_ name: String) -> String? {
            values[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        self.product = product
        title = values["title"] ?? ""
        comment = values["comment"] ?? ""
        period = values["period"].flatMap { Int($0) } ?? 0
        os = given("os")
        serverIP = given("serverIP")
        options = LicenseCatalog.options.compactMap { option in
            values[option.name].map { (option.name, $0) }
        }
        addons = values["addons"]?.split(separator: ",").map(String.init) ?? []
    }
}

/// What is wrong with an order.
package struct LicenseOrderError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The documented name of the parameter.
    package let parameter: String
    package let reason: String

    package var description: String { "\(parameter): \(reason)" }
}
