/// What the daemon and its hook runner say to each other over one stream socket.
///
/// A message is a frame: a 32-bit length, a kind byte, and the kind's fields; all numbers little-endian. The length
/// counts the kind byte and the fields. The conversation:
///
/// 1. The daemon says `hello` with its version.
/// 2. The runner takes the lock of the state. While an older runner still holds it, it says `waiting` once. Then it
///    says `ready`, or `refused` with the reason and ends.
/// 3. The daemon says `start` as often as it likes, each frame followed by the bytes for standard input; the runner
///    answers each with one `report`, in the order in which the jobs end.
/// 4. The daemon ends the conversation by closing the socket: the runner kills what still runs and ends.
package enum HookMessage: Sendable {
    /// The version that both sides must share: they are installed together, so there is no negotiation.
    package static let version: UInt16 = 2

    case hello(version: UInt16)
    case ready(process: Int32)
    case waiting(String)
    case refused(String)
    case start(HookStart)
    case report(HookReport)

    package init(_ frame: HookFrame) throws(WireError) {
        var reader = WireReader(frame)
        switch frame.kind {
        case .hello: self = .hello(version: try reader.integer(UInt16.self))
        case .ready: self = .ready(process: try reader.integer(Int32.self))
        case .waiting: self = .waiting(try reader.text())
        case .refused: self = .refused(try reader.text())
        case .start: self = .start(try HookStart(from: &reader))
        case .report: self = .report(try HookReport(from: &reader))
        }
    }

    /// The bytes to send.
    package var frame: [UInt8] {
        switch self {
        case .hello(let version):
            return WireWriter.frame(.hello) { $0.integer(version) }
        case .ready(let process):
            return WireWriter.frame(.ready) { $0.integer(process) }
        case .waiting(let words):
            return WireWriter.frame(.waiting) { $0.text(words) }
        case .refused(let words):
            return WireWriter.frame(.refused) { $0.text(words) }
        case .start(let start):
            return WireWriter.frame(.start) { start.write(to: &$0) }
        case .report(let report):
            return WireWriter.frame(.report) { report.write(to: &$0) }
        }
    }
}
