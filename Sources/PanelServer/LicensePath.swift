import PanelKit

/// What a path of the licence API names.
struct LicensePath: Sendable, Equatable {
    enum Resource: Sendable, Equatable {
        case token
        case licenses(LicenseKind)
        case orders(LicenseKind)
        case license(LicenseKind, String)
    }

    /// Whether it begins with `/test`: licences that nobody pays for.
    let isTest: Bool
    let resource: Resource

    /// - Returns: nil where the API has no such path.
    init?(_ path: String) {
        var segments = path.split(separator: "/").map(String.init)
        isTest = segments.first == "test"
        if isTest { segments.removeFirst() }
        switch segments.first {
        case "access" where segments == ["access", "token"]:
            resource = .token
        case "license":
            guard segments.count == 2 || segments.count == 3, let kind = LicenseKind(rawValue: segments[1]) else {
                return nil
            }
            if segments.count == 2 {
                resource = .licenses(kind)
            } else {
                resource = segments[2] == "order" ? .orders(kind) : .license(kind, segments[2])
            }
        default:
            return nil
        }
    }
}
