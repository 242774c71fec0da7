/// What is owed: counted when the file is opened, and from then on along with what comes and goes.
///
/// Each delivery weighs its event's text and a little more, so what is owed to two targets counts twice: either of them
/// alone keeps it in the file. Belongs to the writer's thread.
package final class OwedWork {
    package struct Sum: Hashable, Sendable {
        package var deliveries: Int64 = 0
        package var bytes: Int64 = 0

        package init(deliveries: Int64 = 0, bytes: Int64 = 0) {
            self.deliveries = deliveries
            self.bytes = bytes
        }
    }

    /// What a delivery takes beside its event's text, about.
    static let rowBytes: Int64 = 128

    package internal(set) var sum: Sum

    init(_ connection: OpaquePointer) throws(StateError) {
        let counted = try Statement(connection, "SELECT count(*), ifnull(sum(bytes), 0) FROM queue").first {
            Sum(deliveries: $0.integer(0), bytes: $0.integer(1))
        }
        sum = counted ?? Sum()
    }

    func add(_ bytes: Int64) {
        sum.deliveries += 1
        sum.bytes += bytes
    }

    func remove(_ bytes: Int64) {
        sum.deliveries -= 1
        sum.bytes -= bytes
    }
}
