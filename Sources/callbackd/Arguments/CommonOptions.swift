import ArgumentParser

/// What every verb that needs the configuration takes.
struct ConfigurationOption: ParsableArguments {
    @Option(
        name: .customLong("config"), help: "The configuration file.", completion: .file(extensions: ["yaml", "yml"]))
    var path = "/etc/callbackd/callbackd.yaml"
}

/// Data for programs instead of a table.
struct JSONFlag: ParsableArguments {
    @Flag(name: .customLong("json"), help: "Print JSON.")
    var isOn = false
}

/// How many rows a list shows.
struct LimitOption: ParsableArguments {
    @Option(name: .customLong("limit"), help: "Show at most this many, the latest ones.")
    var count = 50

    func validate() throws {
        guard (1...100_000).contains(count) else { throw ValidationError("--limit is 1 to 100000") }
    }
}
