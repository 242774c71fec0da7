/// Why words are no command.
package struct CommandLineError: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }

    /// Something that is not known, with what was probably meant.
    package static func unknown(_ what: String, _ written: String, among known: [String]) -> CommandLineError {
        let meant = Likeness.nearest(to: written, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
        return CommandLineError("\(what) \"\(written.prefix(80))\"\(meant)")
    }
}
