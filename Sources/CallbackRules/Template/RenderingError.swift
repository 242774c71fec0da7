/// Why an event cannot be put into the words that a rule or target asks for.
///
/// It stays so however often it is tried, unless somebody changes the configuration or a secret.
package struct RenderingError: Error, Hashable, CustomStringConvertible {
    /// One sentence without a final full stop.
    package let message: String

    package init(_ message: String) { self.message = message }

    package var description: String { message }
}
