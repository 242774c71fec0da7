import CallbackCore

// What happens where a delivery or a target fails: `retry`, `statuses`, `breaker`, `disable-after`.

extension ConfigurationDraft {
    /// Keys of `retry:` that say how waits grow, and cannot stand beside a schedule.
    private static let growingKeys = ["first", "factor", "longest", "for"]

    /// What `retry:` says, completed by another policy where it says nothing.
    mutating func retryPolicy(_ settings: Settings, else policy: RetryPolicy, _ owner: String) -> RetryPolicy {
        guard let retry = settings.settings("retry") else { return policy }
        var result = policy
        if case .percent(let jitter)? = retry.values["jitter"]?.value { result.jitter = jitter }
        let growing = Self.growingKeys.filter { retry.values[$0] != nil }
        if case .list(let waits)? = retry.values["schedule"]?.value {
            if let key = growing.first, let place = retry.values[key]?.place {
                checker.report(
                    .mixedRetry, "\"retry\" in \(owner) has both \"schedule\" and \(quoted(key))", at: place,
                    help: "a schedule lists every wait; with \"first\" the waits grow: keep one of the two")
            }
            result.waits = .schedule(
                waits.compactMap { if case .duration(let wait) = $0.value { wait } else { nil } })
        } else if !growing.isEmpty {
            var growth = RetryPolicy.Growth.standard
            if case .growing(let inherited) = policy.waits { growth = inherited }
            result.waits = .growing(self.growth(retry, else: growth, owner))
        }
        return result
    }

    private mutating func growth(
        _ retry: Settings,
        else standard: RetryPolicy.Growth,
        _ owner: String
    ) -> RetryPolicy.Growth {
        var growth = standard
        growth.first = retry.duration("first") ?? growth.first
        growth.longest = retry.duration("longest") ?? max(growth.longest, growth.first)
        growth.total = retry.duration("for") ?? growth.total
        if case .node(let node)? = retry.values["factor"]?.value {
            growth.factor = factor(node, owner) ?? growth.factor
        }
        if growth.first <= .zero, let place = retry.values["first"]?.place {
            checker.report(.outOfRange, "\"first\" in \"retry\" of \(owner) must be longer than 0s", at: place)
        }
        for (key, wait) in [("longest", growth.longest), ("for", growth.total)] where wait < growth.first {
            guard let place = (retry.values[key] ?? retry.values["first"])?.place else { continue }
            checker.report(
                .outOfRange, "\(quoted(key)) in \"retry\" of \(owner) is shorter than the first wait", at: place,
                help: "the first wait is \"first\", then each is \"factor\" times longer, up to \"longest\"")
        }
        return growth
    }

    private mutating func factor(_ node: ConfigNode, _ owner: String) -> Double? {
        let what = "\"factor\" in \"retry\" of \(owner)"
        let number: Double
        switch node.content {
        case .integer(let whole): number = Double(whole)
        case .double(let fraction): number = fraction
        default:
            checker.report(.wrongKind, "\(what) must be a number, not \(node.kind)", at: node.place)
            return nil
        }
        guard number >= 1, number <= 100 else {
            checker.report(.outOfRange, "\(what) must be 1 to 100", at: node.place, help: "2 doubles each wait")
            return nil
        }
        return number
    }

    // MARK: Statuses

    /// - Parameter node: the target's mapping as it stands, for the places of the codes.
    mutating func statuses(
        _ settings: Settings,
        _ node: ConfigNode,
        of kind: ActionDescription,
        _ owner: String
    ) -> StatusTable {
        var table = StatusTable()
        guard let map = settings.map("statuses") else { return table }
        for member in node["statuses"]?.members ?? [] {
            guard case .text(let word)? = map[member.key]?.value, let meaning = StatusTable.Meaning(rawValue: word)
            else { continue }
            guard let codes = kind.codes, codes.put(meaning, under: member.key, into: &table) else {
                let help = kind.codes.map { "write \($0.words)" } ?? "leave it out"
                checker.report(
                    .badStatus,
                    "\(quoted(member.key)) in \"statuses\" of \(owner) is no code that a \(kind.kind) gives",
                    at: member.keyPlace, help: help)
                continue
            }
        }
        return table
    }

    // MARK: Breaker

    mutating func breaker(_ settings: Settings, _ owner: String) -> BreakerSettings? {
        let standard = BreakerSettings.standard
        guard case .node(let node)? = settings.values["breaker"]?.value else { return standard }
        guard node.string != "off" else { return nil }
        guard node.members != nil else {
            checker.report(
                .wrongKind, "\"breaker\" in \(owner) must be a mapping or the word off, not \(node.kind)",
                at: node.place, help: "keys allowed here: \(ConfigurationSchema.breaker.allowedKeys)")
            return standard
        }
        let keys = checker.settings(node, ConfigurationSchema.breaker, of: "\"breaker\" of \(owner)")
        var breaker = standard
        if case .percent(let share)? = keys.values["failures"]?.value { breaker.failures = share }
        breaker.window = keys.duration("window") ?? breaker.window
        breaker.minimum = keys.integer("at-least").map(Int.init) ?? breaker.minimum
        breaker.wait = keys.duration("wait") ?? breaker.wait
        breaker.longest = keys.duration("longest") ?? max(breaker.longest, breaker.wait)
        check(breaker, keys, owner)
        return breaker
    }

    private mutating func check(_ breaker: BreakerSettings, _ keys: Settings, _ owner: String) {
        func place(_ key: String) -> ConfigPlace? { keys.values[key]?.place }
        if breaker.failures <= 0, let place = place("failures") {
            checker.report(
                .outOfRange, "\"failures\" in \"breaker\" of \(owner) must be 1% to 100%", at: place,
                help: "write breaker: off for a target that is never left alone")
        }
        let limits = Duration.seconds(1)...Duration.hours(1)
        if !limits.contains(breaker.window), let place = place("window") {
            checker.report(.outOfRange, "\"window\" in \"breaker\" of \(owner) must be 1s to 1h", at: place)
        }
        if breaker.wait <= .zero, let place = place("wait") {
            checker.report(.outOfRange, "\"wait\" in \"breaker\" of \(owner) must be longer than 0s", at: place)
        }
        if breaker.longest < breaker.wait, let place = place("longest") ?? place("wait") {
            checker.report(.outOfRange, "\"longest\" in \"breaker\" of \(owner) is shorter than \"wait\"", at: place)
        }
    }

    mutating func disableAfter(_ settings: Settings, _ owner: String) -> Duration? {
        let standard = TargetSettings.standardDisableAfter
        guard case .node(let node)? = settings.values["disable-after"]?.value else { return standard }
        guard node.string != "off" else { return nil }
        let what = "\"disable-after\" in \(owner)"
        guard case .duration(let time)? = checker.duration(node, what)?.value else { return standard }
        guard time > .zero else {
            checker.report(.outOfRange, "\(what) must be longer than 0s", at: node.place, help: "off never disables it")
            return standard
        }
        return time
    }
}

extension StatusCodes {
    /// - Returns: whether the text is a code, or a class of them.
    fileprivate func put(_ meaning: StatusTable.Meaning, under text: String, into table: inout StatusTable) -> Bool {
        if hasClasses, text.utf8.count == 3, text.hasSuffix("xx"), let digit = Int(text.prefix(1)),
            range.contains(digit * 100)
        {
            table.classes[digit] = meaning
            return true
        }
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), text.utf8.count <= 3, let code = Int(text),
            range.contains(code), String(code) == text
        else { return false }
        table.codes[code] = meaning
        return true
    }
}
