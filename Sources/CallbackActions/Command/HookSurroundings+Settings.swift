import CallbackCore
import HookProtocol

extension HookSurroundings {
    /// Reads the settings of a command whose words were checked with `CommandDescription`.
    init(_ settings: Settings) {
        let limits = settings.settings("limits")
        self.init(
            user: settings.text("user") ?? "",
            group: settings.text("group") ?? "",
            directory: settings.text("directory") ?? "/",
            mask: settings.text("umask").flatMap(Self.mask) ?? 0o022,
            limits: HookLimits(
                processorSeconds: limits?.duration("cpu").map { UInt64(max(1, ($0.milliseconds + 999) / 1000)) },
                memory: limits?.size("memory").map { UInt64(clamping: $0) },
                files: limits?.integer("files").map { UInt64(clamping: $0) },
                processes: limits?.integer("processes").map { UInt64(clamping: $0) },
                fileSize: limits?.size("file-size").map { UInt64(clamping: $0) })
        )
    }

    /// Three octal digits, with or without a zero before them; nil for anything else.
    static func mask(_ text: String) -> UInt32? {
        let digits = text.utf8.count == 4 && text.hasPrefix("0") ? text.dropFirst() : text[...]
        guard digits.utf8.count == 3 else { return nil }
        return UInt32(digits, radix: 8)
    }
}
