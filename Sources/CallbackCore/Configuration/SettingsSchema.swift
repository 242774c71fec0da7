/// The keys of one part of the configuration, declared as values: the reader, the reference and later the schema for
/// editors are made from it, so that a key is declared once.
package struct SettingsSchema: Sendable {
    package struct Key: Sendable {
        package var name: String
        package var kind: SettingKind
        package var isRequired: Bool
        /// One sentence for the reference, with the default where there is one.
        package var summary: String
        /// What the part demands beyond the kind, as members of a JSON Schema for editors.
        package var demands: JSONObject

        package init(
            _ name: String,
            _ kind: SettingKind,
            required: Bool = false,
            demands: JSONObject = [:],
            _ summary: String
        ) {
            self.name = name
            self.kind = kind
            isRequired = required
            self.demands = demands
            self.summary = summary
        }
    }

    package var keys: [Key]

    package init(_ keys: [Key]) { self.keys = keys }
}

/// What a setting's value must look like.
package indirect enum SettingKind: Sendable {
    case text
    /// A text that may hold `{{ … }}`.
    case template
    /// A text that may hold `{{ … }}` and `${secret.name}`.
    case secretTemplate
    case bool
    case integer(ClosedRange<Int64>)
    case duration
    case size
    /// A share such as `20%`, read as 0…1.
    case percent
    /// Attempts in a time, such as `50/s`.
    case rate
    case path
    case oneOf([String])
    /// The name of a key below `secrets:`.
    case secretName
    case list(SettingKind)
    /// A mapping with names that the user chooses.
    case map(SettingKind)
    case settings(SettingsSchema)
    /// Kept as it stands, for a part that reads it itself.
    case node
}

/// A checked value of the configuration.
package indirect enum SettingValue: Sendable, Hashable {
    case text(String)
    case bool(Bool)
    case integer(Int64)
    case duration(Duration)
    /// Bytes.
    case size(Int64)
    /// 0…1.
    case percent(Double)
    case rate(Rate)
    case list([Setting])
    case map([String: Setting])
    case settings(Settings)
    case node(ConfigNode)
}

/// A checked value and where it stands.
package struct Setting: Sendable, Hashable {
    package var value: SettingValue
    package var place: ConfigPlace

    package init(_ value: SettingValue, at place: ConfigPlace) {
        self.value = value
        self.place = place
    }
}

/// The checked settings of one part. Keys that were left out are absent: their default belongs to the part.
package struct Settings: Sendable, Hashable {
    package var values: [String: Setting]
    package var place: ConfigPlace

    package init(_ values: [String: Setting] = [:], at place: ConfigPlace) {
        self.values = values
        self.place = place
    }

    package func text(_ key: String) -> String? {
        guard case .text(let text)? = values[key]?.value else { return nil }
        return text
    }

    package func bool(_ key: String) -> Bool? {
        guard case .bool(let flag)? = values[key]?.value else { return nil }
        return flag
    }

    package func integer(_ key: String) -> Int64? {
        guard case .integer(let number)? = values[key]?.value else { return nil }
        return number
    }

    package func duration(_ key: String) -> Duration? {
        guard case .duration(let duration)? = values[key]?.value else { return nil }
        return duration
    }

    package func size(_ key: String) -> Int64? {
        guard case .size(let bytes)? = values[key]?.value else { return nil }
        return bytes
    }

    package func rate(_ key: String) -> Rate? {
        guard case .rate(let rate)? = values[key]?.value else { return nil }
        return rate
    }

    package func settings(_ key: String) -> Settings? {
        guard case .settings(let settings)? = values[key]?.value else { return nil }
        return settings
    }

    package func texts(_ key: String) -> [String]? {
        guard case .list(let settings)? = values[key]?.value else { return nil }
        return settings.compactMap { if case .text(let text) = $0.value { text } else { nil } }
    }

    package func textMap(_ key: String) -> [String: String]? {
        guard case .map(let map)? = values[key]?.value else { return nil }
        return map.compactMapValues { if case .text(let text) = $0.value { text } else { nil } }
    }

    package func map(_ key: String) -> [String: Setting]? {
        guard case .map(let map)? = values[key]?.value else { return nil }
        return map
    }
}
