/// What a configuration file may cost to read.
enum YamlLimits {
    static let fileSize = 1 << 20
    static let depth = 64
    /// Values that aliases may add by repeating anchored ones.
    static let aliasedValues = 10_000
    /// Aliases from which keys that are lists, mappings or aliases are refused before parsing: the parser compares
    /// keys at full expansion.
    static let aliasesBesideComplexKeys = 16
    /// Duplicate keys found in one file before the search stops.
    static let duplicateKeys = 50
}
