/// A kind of source as the configuration knows it: its keys, and the events that it can give.
package struct SourceDescription: Sendable {
    /// The key in the configuration, such as `sqlite`.
    package var kind: String
    /// The keys below the kind.
    package var schema: SettingsSchema
    /// The keys beside the kind, such as `profile` and `tables`.
    package var commonSchema: SettingsSchema
    /// The events of its profiles, which do not depend on anything that a user names.
    package var events: EventCatalog
    /// The events that a source with these settings gives, or what is wrong with the settings.
    package var catalog: @Sendable (SourceSettings) -> Result<EventCatalog, DiagnosticList>

    package init(
        kind: String,
        schema: SettingsSchema,
        commonSchema: SettingsSchema,
        events: EventCatalog = EventCatalog(),
        catalog: @escaping @Sendable (SourceSettings) -> Result<EventCatalog, DiagnosticList>
    ) {
        self.kind = kind
        self.schema = schema
        self.commonSchema = commonSchema
        self.events = events
        self.catalog = catalog
    }
}

/// A kind of action as the configuration knows it.
package struct ActionDescription: Sendable {
    /// The key in the configuration, such as `webhook`.
    package var kind: String
    package var schema: SettingsSchema
    /// What is wrong with the settings beyond the words that the schema checks.
    package var check: @Sendable (TargetSettings) -> [Diagnostic]

    package init(
        kind: String,
        schema: SettingsSchema,
        check: @escaping @Sendable (TargetSettings) -> [Diagnostic]
    ) {
        self.kind = kind
        self.schema = schema
        self.check = check
    }
}

/// Several diagnostics as one error.
package struct DiagnosticList: Error, Sendable {
    package var diagnostics: [Diagnostic]

    package init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
}
