import GRDB

/// The database as one caller sees it, inside a transaction.
package struct PanelView {
    let db: Database
    /// On whose behalf it is read or changed.
    let caller: Caller

    /// The only owner whose objects there are for the caller; nil where there are all.
    var scope: Int64? { caller.scope }
}
