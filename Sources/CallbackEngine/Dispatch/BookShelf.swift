import CallbackCore
import CallbackRules
import CallbackStore

/// The rule books that waiting deliveries were made under: each is sent as it was meant, however late.
struct BookShelf {
    /// Many reloads must not fill the memory: of older books, those that were asked for last are kept.
    static let limit = 8

    private var books: [Int64: RuleBook]
    private var inForce: Int64
    /// The versions of older books, the one that was asked for last at the end.
    private var older: [Int64] = []

    init(_ book: RuleBook, version: Int64) {
        books = [version: book]
        inForce = version
    }

    /// Puts another book in force; the one before stays for the deliveries that it made.
    mutating func put(_ book: RuleBook, version: Int64) {
        if version != inForce { keep(inForce) }
        older.removeAll { $0 == version }
        books[version] = book
        inForce = version
    }

    /// The book of a version, read and compiled where it is not at hand.
    mutating func book(_ version: Int64, _ queue: QueueReader) throws -> RuleBook {
        if let book = books[version] {
            if version != inForce, version != older.last { keep(version) }
            return book
        }
        let book = try RuleBook.kept(version, content: queue.book(version: version))
        books[version] = book
        keep(version)
        return book
    }

    private mutating func keep(_ version: Int64) {
        older.removeAll { $0 == version }
        older.append(version)
        if older.count > Self.limit { books[older.removeFirst()] = nil }
    }
}

extension RuleBook {
    /// A rule book that was in force once, compiled again.
    /// - Throws: `StateError`: `corrupt` where the file does not have it, `newer` where this program cannot read it.
    static func kept(_ version: Int64, content: [UInt8]?) throws -> RuleBook {
        guard let content else {
            throw StateError(
                kind: .corrupt, message: "the rule book of version \(version) is missing from the state file")
        }
        let source: RuleBookSource
        do throws(RuleBookArchiveError) {
            source = try RuleBookSource(archive: content)
        } catch {
            throw StateError(kind: .corrupt, message: "the rule book of version \(version) cannot be read: \(error)")
        }
        let (book, diagnostics) = RuleBook.compile(source)
        guard let book else {
            let words = diagnostics.map(\.message).joined(separator: "; ")
            throw StateError(
                kind: .newer,
                message: "the rule book of version \(version), which waiting deliveries need, cannot be read: \(words)")
        }
        return book
    }
}
