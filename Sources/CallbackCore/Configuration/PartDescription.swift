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
    /// The event that a source with these settings makes of a change; a success without one where it makes none.
    /// Nil where changes of this kind of source cannot be written down.
    package var rehearse: (@Sendable (SourceSettings, RowExample) -> Result<CapturedEvent?, DiagnosticList>)?

    package init(
        kind: String,
        schema: SettingsSchema,
        commonSchema: SettingsSchema,
        events: EventCatalog = EventCatalog(),
        catalog: @escaping @Sendable (SourceSettings) -> Result<EventCatalog, DiagnosticList>,
        rehearse: (@Sendable (SourceSettings, RowExample) -> Result<CapturedEvent?, DiagnosticList>)? = nil
    ) {
        self.kind = kind
        self.schema = schema
        self.commonSchema = commonSchema
        self.events = events
        self.catalog = catalog
        self.rehearse = rehearse
    }
}

/// A kind of action as the configuration knows it.
package struct ActionDescription: Sendable {
    /// The key in the configuration, such as `webhook`.
    package var kind: String
    package var schema: SettingsSchema
    /// What is wrong with the settings beyond the words that the schema checks.
    package var check: @Sendable (TargetSettings) -> [Diagnostic]
    /// The codes that its attempts end with; nil where there are none.
    package var codes: StatusCodes?
    /// Nil where deliveries of this kind cannot be shown before they leave.
    package var rehearsal: DeliveryRehearsal?

    package init(
        kind: String,
        schema: SettingsSchema,
        codes: StatusCodes? = nil,
        check: @escaping @Sendable (TargetSettings) -> [Diagnostic],
        rehearsal: DeliveryRehearsal? = nil
    ) {
        self.kind = kind
        self.schema = schema
        self.codes = codes
        self.check = check
        self.rehearsal = rehearsal
    }
}

/// Several diagnostics as one error.
package struct DiagnosticList: Error, Sendable {
    package var diagnostics: [Diagnostic]

    package init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
}
