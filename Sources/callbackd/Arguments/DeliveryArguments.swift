import ArgumentParser
import CallbackCore

/// Deliveries by name, or `-` for a list on standard input.
struct DeliveryArguments: ParsableArguments {
    @Argument(
        help: ArgumentHelp("Deliveries, written like 42-1; - reads them from standard input.", valueName: "delivery"))
    var ids: [String] = []

    func validate() throws {
        for id in ids where id != "-" && DeliveryID(id) == nil {
            throw ValidationError("\"\(id)\" is no delivery: they are written like 42-1")
        }
    }

    /// The names given, with those of standard input.
    func all() throws -> [String] {
        guard ids.contains("-") else { return ids }
        var all = ids.filter { $0 != "-" }
        while let line = readLine() {
            for word in line.split(whereSeparator: \.isWhitespace) {
                guard DeliveryID(word) != nil else {
                    throw VerbFailure(
                        .badData, "standard input: \"\(word)\" is no delivery: they are written like 42-1")
                }
                all.append(String(word))
            }
        }
        return all
    }
}
