import FoundationEssentials

/// The identifiers that the panel gives to what it makes.
enum Guid {
    /// A fresh one, in the lower case that the panel writes.
    static func random() -> String {
        UUID().uuidString.lowercased()
    }
}
