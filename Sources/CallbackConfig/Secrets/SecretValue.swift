package import CallbackCore

/// The text of a secret. It shows itself to nobody who prints, interpolates or dumps it.
package struct SecretValue: Sendable, Hashable {
    /// The secret itself: for signing and for headers, never for logs.
    package let text: String

    package init(_ text: String) { self.text = text }
}

extension SecretValue: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "(secret)" }
    package var debugDescription: String { "(secret)" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// A secret with the earlier ones that still sign.
package struct Secret: Sendable, Hashable {
    package struct Previous: Sendable, Hashable {
        package var value: SecretValue
        /// Nil means until it is taken out of the configuration.
        package var until: Timestamp?

        package init(value: SecretValue, until: Timestamp?) {
            self.value = value
            self.until = until
        }
    }

    package var current: SecretValue
    package var previous: [Previous]

    package init(current: SecretValue, previous: [Previous]) {
        self.current = current
        self.previous = previous
    }
}

/// The secrets that were loaded, by name.
package struct Secrets: Sendable {
    private var byName: [String: Secret]

    package init(_ byName: [String: Secret] = [:]) { self.byName = byName }

    package subscript(name: String) -> Secret? { byName[name] }

    package var names: [String] { byName.keys.sorted() }
}

extension Secrets: CustomStringConvertible {
    package var description: String { "secrets: \(names.joined(separator: ", "))" }
}
