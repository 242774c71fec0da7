/// The process that a command finds itself in: whom it runs as, where, and how much it may use.
package struct HookSurroundings: Sendable, Hashable {
    /// The name of the user; empty for the one that the runner runs as.
    package var user: String
    /// The name of a group that this user belongs to; empty for the user's own.
    package var group: String
    /// The absolute path of the directory that the command starts in.
    package var directory: String
    /// The permissions that files of the command do not get.
    package var mask: UInt32
    package var limits: HookLimits

    package init(
        user: String = "", group: String = "", directory: String = "/", mask: UInt32 = 0o022,
        limits: HookLimits = HookLimits()
    ) {
        self.user = user
        self.group = group
        self.directory = directory
        self.mask = mask
        self.limits = limits
    }

    init(from reader: inout WireReader) throws(WireError) {
        user = try reader.text()
        group = try reader.text()
        directory = try reader.text()
        mask = try reader.integer(UInt32.self)
        limits = try HookLimits(from: &reader)
    }

    func write(to writer: inout WireWriter) {
        writer.text(user)
        writer.text(group)
        writer.text(directory)
        writer.integer(mask)
        limits.write(to: &writer)
    }
}
