import CallbackTestKit
import Synchronization

/// Commits transactions one after the other, each known by a row of its own, also while the server comes and goes. Each
/// sixth takes back what it wrote.
final class OrderWriter: Sendable {
    private static let rows = 20

    private final class StopFlag: Sendable {
        private let flag = Mutex(false)

        var isRaised: Bool { flag.withLock { $0 } }
        func raise() { flag.withLock { $0 = true } }
    }

    private let stop: StopFlag
    private let thread: LoopbackThread

    init(_ server: PrivateMariaDB) throws {
        let stop = StopFlag()
        self.stop = stop
        thread = try LoopbackThread {
            var batch = 1
            while !stop.isRaised {
                // Whether a transaction was committed when the server died is asked of the server in the end.
                do { try server.sql(Self.statements(batch), database: "shop") } catch { LoadTime.pass(20) }
                batch += 1
            }
        }
    }

    func finish() {
        stop.raise()
        thread.join()
    }

    private static func statements(_ batch: Int) -> String {
        let first = batch * rows
        let values = (first..<first + rows).map { "(\($0), 1)" }.joined(separator: ", ")
        let own = "id >= \(first) AND id < \(first + rows)"
        return """
            BEGIN;
            INSERT INTO committed VALUES (\(batch));
            INSERT INTO orders VALUES \(values);
            UPDATE orders SET amount = 2 WHERE \(own) AND id % 2 = 0;
            DELETE FROM orders WHERE \(own) AND id % 3 = 0;
            \(batch % 6 == 0 ? "ROLLBACK" : "COMMIT");
            """
    }

    /// The events of a committed transaction, as type and subject.
    static func events(of batch: Int) -> [String] {
        var events: [String] = []
        for id in batch * rows..<(batch + 1) * rows {
            events.append("order.placed orders/\(id)")
            if id % 2 == 0 { events.append("order.changed orders/\(id)") }
            if id % 3 == 0 { events.append("order.withdrawn orders/\(id)") }
        }
        return events
    }
}
