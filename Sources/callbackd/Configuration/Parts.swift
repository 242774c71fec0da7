import CallbackActions
import CallbackCore
import CallbackMariaDB
import CallbackSources

/// The kinds of sources and actions that this program has. A new one is a line here.
enum Parts {
    static let sources: [SourceDescription] = [
        SQLiteSource.description, MariaDBSource.description, LicenseSource.description,
    ]
    static let actions: [ActionDescription] = [WebhookDescription.description, CommandDescription.description]
}
