/// One value of a configuration file with the place where it stands, independent of the file's format.
package struct ConfigNode: Sendable, Hashable {
    package enum Content: Sendable, Hashable {
        case null
        case bool(Bool)
        case integer(Int64)
        case double(Double)
        /// A number that neither of the two holds with all its digits, as written.
        case longNumber(String)
        case string(String)
        case sequence([ConfigNode])
        /// Members in the order of the file. Duplicate keys have been refused before.
        case mapping([ConfigMember])
    }

    package var content: Content
    package var place: ConfigPlace

    package init(_ content: Content, at place: ConfigPlace) {
        self.content = content
        self.place = place
    }

    package subscript(key: String) -> ConfigNode? {
        guard case .mapping(let members) = content else { return nil }
        return members.first { $0.key == key }?.value
    }

    package var string: String? {
        guard case .string(let text) = content else { return nil }
        return text
    }

    package var members: [ConfigMember]? {
        guard case .mapping(let members) = content else { return nil }
        return members
    }

    package var elements: [ConfigNode]? {
        guard case .sequence(let elements) = content else { return nil }
        return elements
    }

    /// What the value is, in the words of an error message.
    package var kind: String {
        switch content {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .double, .longNumber: "a number"
        case .string: "a text"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }

    /// The value without its places.
    package var json: JSONValue {
        switch content {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .integer(let number): .integer(number)
        case .double(let number): .double(number)
        case .longNumber(let text): .double(Double(text) ?? .infinity)
        case .string(let text): .string(text)
        case .sequence(let elements): .array(elements.map(\.json))
        case .mapping(let members):
            .object(JSONObject(members: members.map { .init(key: $0.key, value: $0.value.json) }))
        }
    }
}

/// One key of a mapping with its value.
package struct ConfigMember: Sendable, Hashable {
    package var key: String
    package var keyPlace: ConfigPlace
    package var value: ConfigNode

    package init(key: String, keyPlace: ConfigPlace, value: ConfigNode) {
        self.key = key
        self.keyPlace = keyPlace
        self.value = value
    }
}

/// A place in a configuration file. Line and column count from 1, columns in characters.
package struct ConfigPlace: Sendable, Hashable, Comparable {
    package var file: String
    package var line: Int
    package var column: Int
    /// How many characters the caret line marks; at least 1.
    package var length: Int
    /// Where the value's text is written on its line character by character as it reads, as far as it is. How a value
    /// is written is no part of where it stands: two places that differ in this only are equal.
    package var verbatim: Verbatim?

    /// A stretch of a line, columns from 1.
    package struct Verbatim: Sendable, Hashable {
        package var column: Int
        package var length: Int

        package init(column: Int, length: Int) {
            self.column = column
            self.length = length
        }
    }

    package init(file: String, line: Int, column: Int, length: Int = 1, verbatim: Verbatim? = nil) {
        self.file = file
        self.line = line
        self.column = column
        self.length = max(length, 1)
        self.verbatim = verbatim
    }

    /// The place of a piece of the value's text; the whole value's place where the file writes it in another way.
    /// - Parameter start: in characters from 0.
    package func part(from start: Int, length: Int) -> ConfigPlace {
        guard let verbatim, start + length <= verbatim.length else { return self }
        return ConfigPlace(file: file, line: line, column: verbatim.column + start, length: length)
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.file == right.file && left.line == right.line && left.column == right.column
            && left.length == right.length
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(file)
        hasher.combine(line)
        hasher.combine(column)
        hasher.combine(length)
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}
