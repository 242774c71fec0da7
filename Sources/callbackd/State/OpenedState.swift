import CallbackCore
import CallbackStore
import Glibc

/// The state file of a configuration, opened for reading.
struct OpenedState {
    let configuration: Configuration
    let queries: StateQueries

    init(_ option: ConfigurationOption) throws {
        try self.init(LoadedConfiguration.load(path: option.path))
    }

    init(_ configuration: Configuration) throws {
        self.configuration = configuration
        let path = configuration.statePath
        if access(path, R_OK) != 0, errno == EACCES {
            throw VerbFailure(
                .noPermission, "may not read the state file \(path): run this as root or as the daemon's user")
        }
        queries = try StateQueries(path: path)
    }

    /// The names by which parked deliveries are told.
    var current: CurrentNames {
        let (rules, targets) = configuration.currentNames
        return CurrentNames(rules: rules, targets: targets)
    }
}
