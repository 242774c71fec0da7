package import CallbackCore
package import CallbackStore

/// The open state file on its way to the writer's thread, which owns its prepared statements from then on.
///
/// What is offered here besides goes over the file's other connection, which any thread may use.
package final class StateHolder: @unchecked Sendable {
    private let file: StateFile
    package let path: String

    package init(_ file: StateFile) {
        self.file = file
        path = file.path
    }

    package var id: String { file.id }

    /// Whether the last owner ended without closing the file properly.
    package var wasUnclean: Bool { file.wasUnclean }

    package func makeWriter() throws -> StateWriter { try StateWriter(file) }

    package func lastSequence() throws -> Int64 { try file.lastSequence() }

    /// Finds the numbers for a new configuration and writes nothing.
    func draft(rules: [RuleName], targets: [TargetName], book: [UInt8]) throws -> RegistryDraft {
        try file.draft(rules: rules, targets: targets, book: book)
    }

    package func savedMark(of source: SourceName) throws -> SavedMark? { try file.savedMark(of: source) }

    func remembered(in table: String, by source: SourceName) throws -> [NameChange] {
        try file.remembered(in: table, by: source)
    }

    func heldSubjects() throws -> Set<HeldSubject> { try file.heldSubjects() }

    func openGap(of source: SourceName) throws -> String? { try file.openGap(of: source) }

    /// Notes that everything was written. Called when the writer's thread has ended.
    package func close() throws { try file.close() }
}
