import GRDB

/// Operations that share one durable commit: each is whole or absent, and all of them are on disk together.
package struct OperationSeries {
    package let view: PanelView

    var db: Database { view.db }

    /// The same series on behalf of somebody else.
    func acting(for caller: Caller) -> OperationSeries {
        OperationSeries(view: PanelView(db: db, caller: caller))
    }

    /// Runs one more operation. When `body` throws, nothing of it stays, and the series can go on.
    ///
    /// - Throws: what `body` threw; `SeriesEnded` where the error took the whole transaction with it.
    func run<Value>(_ body: (PanelOperation) throws -> Value) throws -> Value {
        do {
            return try PanelOperation.run(in: db, as: view.caller, body)
        } catch {
            // A full disk, or a foreign trigger that rolls back, ends more than this operation.
            if let error = error as? DatabaseError, !error.concernsOneStatement { throw SeriesEnded(cause: error) }
            guard db.isInsideTransaction else { throw SeriesEnded(cause: error) }
            throw error
        }
    }
}

/// The transaction of a series is gone, and with it every operation in it.
struct SeriesEnded: Error {
    let cause: any Error
}
