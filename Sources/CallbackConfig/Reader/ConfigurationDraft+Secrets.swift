import CallbackCore

/// `secrets:`: where each one is kept, never what it is.
extension ConfigurationDraft {
    mutating func readSecrets() {
        for entry in checkedEntries(of: "secrets", each: "secret") {
            let owner = "secret \(quoted(entry.key))"
            guard let members = entry.value.members else {
                if entry.value.content == .null {
                    reportLocation(owner, at: entry.keyPlace)
                } else {
                    checker.reportInlineSecret(entry.value, owner)
                }
                continue
            }
            maskStrangers(members, ConfigurationSchema.secret)
            let settings = checker.settings(entry.value, ConfigurationSchema.secret, of: owner)
            let previous = previousSecrets(settings, of: owner)
            guard let location = location(settings, members, owner, at: entry.keyPlace) else { continue }
            secrets[entry.key] = SecretReference(location: location, previous: previous, place: entry.keyPlace)
        }
    }

    private mutating func previousSecrets(_ settings: Settings, of owner: String) -> [SecretReference.Previous] {
        guard case .list(let items)? = settings.values["previous"]?.value else { return [] }
        return items.compactMap { item in
            guard case .node(let node) = item.value else { return nil }
            let what = "\"previous\" of \(owner)"
            guard let members = node.members else {
                checker.reportInlineSecret(node, what)
                return nil
            }
            maskStrangers(members, ConfigurationSchema.previousSecret)
            let settings = checker.settings(node, ConfigurationSchema.previousSecret, of: what)
            guard let location = location(settings, members, what, at: node.place) else { return nil }
            return SecretReference.Previous(location: location, until: until(settings))
        }
    }

    /// What stands at a key that is not known may be the secret itself, so it is not shown.
    private mutating func maskStrangers(_ members: [ConfigMember], _ schema: SettingsSchema) {
        for member in members where !schema.keys.contains(where: { $0.name == member.key }) {
            checker.texts[member.keyPlace.file]?.mask(member.value)
        }
    }

    private mutating func location(
        _ settings: Settings,
        _ members: [ConfigMember],
        _ owner: String,
        at place: ConfigPlace
    ) -> SecretReference.Location? {
        let named = members.filter { ["file", "env", "credential"].contains($0.key) }
        guard named.count == 1 else {
            reportLocation(owner, at: named.dropFirst().first?.keyPlace ?? place)
            return nil
        }
        if let path = settings.text("file") { return .file(path) }
        if let name = settings.text("env"), let place = settings.values["env"]?.place {
            return isPlainName(name, owner, at: place, of: "an environment variable") ? .environment(name) : nil
        }
        if let name = settings.text("credential"), let place = settings.values["credential"]?.place {
            return isPlainName(name, owner, at: place, of: "a credential") ? .credential(name) : nil
        }
        return nil
    }

    private mutating func isPlainName(_ name: String, _ owner: String, at place: ConfigPlace, of noun: String) -> Bool {
        guard name.isEmpty || name == "." || name == ".." || name.contains("/") || name.contains("=") else {
            return true
        }
        checker.report(.badName, "\(owner): \(quoted(name)) is not the name of \(noun)", at: place)
        return false
    }

    private mutating func reportLocation(_ owner: String, at place: ConfigPlace) {
        checker.report(
            .secretLocation, "\(owner) must have exactly one of file, env and credential", at: place,
            help: "for example {file: /etc/callbackd/secrets/billing}")
    }

    private mutating func until(_ settings: Settings) -> Timestamp? {
        guard let text = settings.text("until"), let place = settings.values["until"]?.place else { return nil }
        guard let moment = SecretExpiry.read(text) else {
            checker.report(
                .badDate, "\"until\" must be a date, not \(quoted(text))", at: place,
                help: "write the last day in UTC, such as 2026-12-31, or a moment, such as 2026-12-31T18:00:00Z")
            return nil
        }
        return moment
    }
}

/// Until when a previous secret signs.
enum SecretExpiry {
    /// `2026-12-31` is the last day, so the moment is the midnight after it; `2026-12-31T18:00:00Z` is that moment.
    static func read(_ text: String) -> Timestamp? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
            year >= 1970, (1...12).contains(month), (1...length(ofMonth: month, year: year)).contains(day)
        else { return nil }
        let midnight = days(year: year, month: month, day: day) * 86_400_000
        if bytes.count == 10 { return Timestamp(milliseconds: midnight + 86_400_000) }
        guard bytes.count == 20, bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":"), bytes[19] == UInt8(ascii: "Z"),
            let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
            hour < 24, minute < 60, second < 60
        else { return nil }
        return Timestamp(milliseconds: midnight + (hour * 3600 + minute * 60 + second) * 1000)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        guard digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return Int64(String(decoding: digits, as: UTF8.self))
    }

    private static func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private static func length(ofMonth month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01; only for years from 1970.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let before = year - 1
        let leapDays = before / 4 - before / 100 + before / 400 - 477
        let months = (1..<month).reduce(0) { $0 + length(ofMonth: $1, year: year) }
        return (year - 1970) * 365 + leapDays + months + day - 1
    }
}
