package import CallbackCore
package import HTTPTransport

extension EgressPolicy {
    /// Reads the networks of `egress: {allow: […]}`.
    /// - Throws: one diagnostic for each that is not a network.
    package init(_ allow: [Setting]) throws(DiagnosticList) {
        var networks: [CIDR] = []
        var found: [Diagnostic] = []
        for setting in allow {
            guard case .text(let text) = setting.value else {
                found.append(
                    Diagnostic(
                        .error, ActionCode.badNetwork.rawValue, "a network must be a text like 10.1.2.0/24",
                        at: setting.place))
                continue
            }
            do {
                networks.append(try CIDR(text))
            } catch {
                found.append(
                    Diagnostic(
                        .error, ActionCode.badNetwork.rawValue, "\"\(text)\" \(error.problem)", at: setting.place,
                        help: error.remedy))
            }
        }
        guard found.isEmpty else { throw DiagnosticList(found) }
        self.init(allow: networks)
    }
}
