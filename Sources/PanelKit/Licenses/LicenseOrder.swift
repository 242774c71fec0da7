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

    /// What a parameter that is left out means.
    package enum Omission: Sendable {
        /// Its "none", where it has one: for people who type.
        case isNone
        /// A mistake, unless only another version of the product has it: for programs, as the licence API documents.
        case isRefused
    }

    /// Checks what was asked for.
    ///
    /// - Parameters:
    ///   - parameters: by their documented names; `addons` separated by commas.
    /// - Throws: the first parameter that is wrong, unknown to the product, or missing.
    package init(
        kind: LicenseKind, product name: String, parameters: [String: String], omission: Omission = .isNone
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
            let mayBeNone = omission == .isNone || !parameter.isNeeded(for: product)
            guard let value = parameters[parameter.name] ?? (mayBeNone ? parameter.none : nil) else {
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
        os = given("os").flatMap { $0 == "0" ? nil : $0 }
        serverIP = given("serverIP")
        options = LicenseCatalog.options.compactMap { option in
            values[option.name].map { (option.name, $0) }
        }
        addons = values["addons"]?.split(separator: ",").map(String.init) ?? []
    }

    /// The order as the licence API wants it: every parameter that the kind has.
    package var parameters: [(String, String)] {
        var all = [("product", product.name), ("title", title), ("comment", comment), ("period", String(period))]
        if let os { all.append(("os", os)) }
        if let serverIP { all.append(("serverIP", serverIP)) }
        all += options.map { ($0.name, $0.value) }
        return all + addons.map { ("addons[]", $0) }
    }
}

/// What is wrong with an order.
package struct LicenseOrderError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The documented name of the parameter.
    package let parameter: String
    package let reason: String

    package init(parameter: String, reason: String) {
        self.parameter = parameter
        self.reason = reason
    }

    package var description: String { "\(parameter): \(reason)" }
}
