import ArgumentParser
import CallbackConfig
import CallbackEngine
import CallbackRules

/// `callbackd schema`
struct SchemaVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print a JSON Schema of the configuration, for editors.")

    static var schema: EditorSchema {
        EditorSchema(
            sources: Parts.sources, actions: Parts.actions, events: BuiltInEvents.catalog,
            definitions: RuleSchemas.definitions)
    }

    func run() { Terminal.print(String(Self.schema.text.dropLast())) }
}
