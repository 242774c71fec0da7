/// A new title and comment for a licence, checked.
package struct LicenseEdit: Sendable, Equatable {
    package let title: String
    package let comment: String

    /// - Parameter parameters: `title` and `comment`, which may be empty; both are needed.
    /// - Throws: the first parameter that is wrong, unknown or missing.
    package init(parameters: [String: String]) throws(LicenseOrderError) {
        let known = LicenseCatalog.editable
        if let unknown = parameters.keys.sorted().first(where: { key in !known.contains { $0.name == key } }) {
            throw LicenseOrderError(parameter: unknown, reason: "only title and comment can be edited; leave it out")
        }
        for parameter in known {
            guard let value = parameters[parameter.name] else {
                throw LicenseOrderError(parameter: parameter.name, reason: "a licence cannot be edited without it")
            }
            if let objection = parameter.objection(to: value) {
                throw LicenseOrderError(parameter: parameter.name, reason: objection)
            }
        }
        title = parameters["title"] ?? ""
        comment = parameters["comment"] ?? ""
    }
}
