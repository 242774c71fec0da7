import CallbackCore

/// A configuration in the making: files merged, sections read one after the other.
struct ConfigurationDraft {
    let reader: ConfigurationReader
    let file: String
    let documents: [DocumentLoader.Document]
    let testDocuments: [DocumentLoader.Document]
    var checker: SettingsChecker

    var main: Settings
    var egressAllow: [Setting] = []
    var defaultTimeout = ConfigurationSchema.defaultTimeout
    var defaultRetry = RetryPolicy.standard
    var secrets: [String: SecretReference] = [:]
    var sources: [SourceSettings] = []
    var targets: [TargetSettings] = []
    var rules: [RuleSettings] = []
    var tests: [RuleTest] = []
    var catalog: EventCatalog
    /// False where a source is wrong: its events are not known then, and rules are not held against the others'.
    var knowsAllEvents = true
    /// False where a rule, or a word of one, could not be read.
    var hasAllRules = true
    /// Every target that is declared, also one that is wrong, so that no rule is blamed for it.
    var declaredTargets: [String] = []

    /// The entries of `sources:`, `secrets:`, `targets:`, `rules:` and `tests:`, over all files.
    var sections: [String: [ConfigNode]] = [:]
    /// Where keys that exist once over all files stand.
    var singles: [String: ConfigPlace] = [:]

    init(reader: ConfigurationReader, file: String, documents loaded: DocumentLoader) {
        self.reader = reader
        self.file = file
        documents = loaded.documents
        testDocuments = loaded.testDocuments
        checker = SettingsChecker(texts: loaded.texts)
        checker.diagnostics = loaded.diagnostics
        main = Settings(at: ConfigPlace(file: file, line: 1, column: 1))
        catalog = reader.builtInEvents
        knowsAllEvents = loaded.diagnostics.isEmpty
        hasAllRules = loaded.diagnostics.isEmpty
    }

    /// The values; where a diagnostic is an error, those that could be read.
    var configuration: Configuration {
        let control = main.settings("control")
        let limits = main.settings("limits")
        let retention = main.settings("retention")
        let standard = ConfigurationSchema.defaultRetention
        return Configuration(
            file: file,
            statePath: main.text("state") ?? ConfigurationSchema.defaultStatePath,
            control: ControlSettings(
                socketPath: control?.text("socket") ?? ConfigurationSchema.defaultSocketPath,
                group: control?.text("group")
            ),
            limits: LimitSettings(
                inFlight: Int(limits?.integer("in-flight") ?? ConfigurationSchema.defaultInFlight),
                queue: limits?.size("queue") ?? ConfigurationSchema.defaultQueue,
                panelLog: limits?.size("panel-log") ?? ConfigurationSchema.defaultPanelLog,
                panelLogFull: limits?.text("panel-log-full").flatMap(LimitSettings.FullLog.init(rawValue:)) ?? .keep,
                subjectEvents: Int(
                    limits?.integer("subject-events") ?? ConfigurationSchema.defaultSubjectEvents),
                sourceLag: limits?.duration("source-lag") ?? ConfigurationSchema.defaultSourceLag
            ),
            retention: RetentionSettings(
                age: retention?.duration("age") ?? standard.age,
                size: retention?.size("size") ?? standard.size,
                payloads: retention?.duration("payloads"),
                attempts: retention?.duration("attempts"),
                deadLetters: retention?.duration("dead-letters")
            ),
            sources: sources,
            secrets: secrets,
            egressAllow: egressAllow,
            targets: targets,
            rules: rules,
            tests: tests,
            watchesFiles: main.settings("reload")?.bool("watch") ?? true,
            hookRunnerSocket: main.settings("hooks")?.text("runner")
        )
    }

    mutating func read() {
        // Without the main file there is nothing to hold anything against.
        guard documents.first?.file == file else { return }
        for document in documents { readTop(of: document) }
        readSecrets()
        readSources()
        readTargets()
        readRules()
        readTestFiles()
        readTests()
        checker.resolveSecretUses(declared: entries(of: "secrets").map(\.key))
        checkPurpose()
    }

    private mutating func checkPurpose() {
        // A file with errors may have meant to have them.
        guard let root = documents.first?.root.place, !checker.hasErrors(since: 0) else { return }
        for (section, consequence) in [("sources", "nothing is watched"), ("rules", "nothing is delivered")]
        where sections[section, default: []].isEmpty {
            checker.report(
                .nothingToDo, "the configuration has no \(section): \(consequence)", at: root, as: .warning)
        }
    }
}

// MARK: - Sections

extension ConfigurationDraft {
    private mutating func readTop(of document: DocumentLoader.Document) {
        let isMain = document.file == file
        guard document.root.members != nil else {
            checker.report(
                .wrongKind, "a configuration file must be a mapping, not \(document.root.kind)",
                at: document.root.place)
            return
        }
        var root = document.root
        var schema = ConfigurationSchema.top
        if !isMain {
            root = withoutMainKeys(root)
            schema.keys.removeAll { ConfigurationSchema.mainFileOnly.contains($0.name) }
        }
        let settings = checker.settings(root, schema, of: SettingsChecker.wholeFile)
        if isMain {
            main = settings
            checkVersion()
            checkLimits()
            checkRetention()
        }
        readEgress(settings, in: root)
        readDefaults(settings, in: root)
        for section in ["sources", "secrets", "targets", "rules", "tests"] {
            guard case .node(let node)? = settings.values[section]?.value else { continue }
            // An empty section is what remains when all its entries are commented out.
            if node.content == .null { continue }
            sections[section, default: []].append(node)
        }
    }

    private mutating func withoutMainKeys(_ root: ConfigNode) -> ConfigNode {
        let members = root.members ?? []
        for member in members where ConfigurationSchema.mainFileOnly.contains(member.key) {
            checker.report(
                .mainFileOnly, "\(quoted(member.key)) stands in an included file", at: member.keyPlace,
                help: "it belongs into the main file, \(file)")
        }
        return ConfigNode(
            .mapping(members.filter { !ConfigurationSchema.mainFileOnly.contains($0.key) }), at: root.place)
    }

    private mutating func checkVersion() {
        guard let version = main.integer("version"), version != 1, let place = main.values["version"]?.place else {
            return
        }
        checker.report(.version, "version \(version) is not known", at: place, help: "this callbackd reads version 1")
    }

    private mutating func checkLimits() {
        guard let limits = main.settings("limits"), let lag = limits.duration("source-lag"), lag < .seconds(1),
            let place = limits.values["source-lag"]?.place
        else { return }
        checker.report(
            .outOfRange, "\"source-lag\" in \"limits\" must be 1s or longer", at: place,
            help: "sources are looked at once a second")
    }

    /// A part cannot outlive the event that it belongs to.
    private mutating func checkRetention() {
        guard let retention = main.settings("retention") else { return }
        let age = retention.duration("age") ?? ConfigurationSchema.defaultRetention.age
        for key in ["payloads", "attempts"] {
            guard let own = retention.duration(key), own > age, let place = retention.values[key]?.place else {
                continue
            }
            checker.report(
                .outlivesEvents, "\(key) would be kept longer than the events that they belong to", at: place,
                help: "give a longer age, or leave \(key) out: they are kept as long as the events", as: .warning)
        }
    }

    /// Whether a key that exists once over all files stands here for the first time.
    private mutating func isFirst(_ key: String, in root: ConfigNode) -> Bool {
        guard let member = root.members?.first(where: { $0.key == key }) else { return true }
        if let first = singles[key] {
            reportDeclaredTwice(quoted(key), first: first, second: member.keyPlace)
            return false
        }
        singles[key] = member.keyPlace
        return true
    }

    mutating func reportDeclaredTwice(_ what: String, first: ConfigPlace, second: ConfigPlace) {
        checker.report(
            .declaredTwice, "\(what) is declared twice", at: second,
            label: "stands first in \(first.file):\(first.line):\(first.column)", help: "keep one of the two")
    }

    private mutating func readEgress(_ settings: Settings, in root: ConfigNode) {
        guard isFirst("egress", in: root), let egress = settings.settings("egress"),
            case .list(let ranges)? = egress.values["allow"]?.value
        else { return }
        for range in ranges {
            guard case .text(let text) = range.value else { continue }
            if AddressRange.isValid(text) {
                egressAllow.append(range)
            } else {
                checker.report(
                    .badAddressRange, "\(quoted(text)) is not an address range", at: range.place,
                    help: "write it as 10.1.2.0/24 or fd00::/8")
            }
        }
    }

    private mutating func readDefaults(_ settings: Settings, in root: ConfigNode) {
        guard isFirst("defaults", in: root), let defaults = settings.settings("defaults") else { return }
        defaultTimeout = timeout(defaults) ?? defaultTimeout
        defaultRetry = retryPolicy(defaults, else: defaultRetry, "\"defaults\"")
    }

    /// The entries of a section that maps names to things, over all files, each name once.
    func entries(of section: String) -> [ConfigMember] {
        var names: Set<String> = []
        return sections[section, default: []].flatMap { $0.members ?? [] }.filter { names.insert($0.key).inserted }
    }

    /// As `entries`, and reports what is wrong with the section and the names in it.
    mutating func checkedEntries(of section: String, each noun: String) -> [ConfigMember] {
        var places: [String: ConfigPlace] = [:]
        for node in sections[section, default: []] {
            guard let members = node.members else {
                if section == "secrets" { checker.texts[node.place.file]?.mask(node) }
                checker.report(
                    .wrongKind, "\"\(section)\" must be a mapping of names, not \(node.kind)", at: node.place)
                continue
            }
            for member in members {
                if let first = places[member.key] {
                    reportDeclaredTwice("\(noun) \(quoted(member.key))", first: first, second: member.keyPlace)
                    continue
                }
                places[member.key] = member.keyPlace
                guard PartName.isValid(member.key) else {
                    checker.report(
                        .badName, "a \(noun) cannot be called \(quoted(member.key))", at: member.keyPlace,
                        help: PartName.rule)
                    continue
                }
            }
        }
        return entries(of: section)
    }
}
