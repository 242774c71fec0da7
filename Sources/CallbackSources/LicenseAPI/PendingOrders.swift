/// Licences that are listed and were not told of yet, because their properties are still to be read.
struct PendingOrders {
    struct Order {
        let id: LicenseID
        /// The number under which it is listed.
        let number: String
        /// Since when its properties cannot be read, by the monotonic clock, and why.
        fileprivate(set) var failure: (since: Int64, problem: LicenseProblem)?
        /// It is tried again after the next listing.
        fileprivate var isSetAside = false
    }

    private var orders: [LicenseKind: [Order]] = [:]

    /// Takes over what a listing found. What is not listed any more is pending no more.
    mutating func take(_ keys: [String], of kind: LicenseKind, in listing: LicenseListing) {
        let before = Dictionary((orders[kind] ?? []).map { ($0.id.key, $0) }) { first, _ in first }
        orders[kind] = keys.map { key in
            Order(
                id: LicenseID(kind: kind, key: key), number: listing.numbers[key] ?? key,
                failure: before[key]?.failure)
        }
    }

    /// The next one whose properties are to be read.
    var next: Order? { first { !$0.isSetAside } }

    /// One whose properties could not be read.
    var failing: Order? { first { $0.failure != nil } }

    mutating func setAside(_ order: Order, since: Int64, _ problem: LicenseProblem) {
        guard let index = orders[order.id.kind]?.firstIndex(where: { $0.id == order.id }) else { return }
        orders[order.id.kind]?[index].failure = (since, problem)
        orders[order.id.kind]?[index].isSetAside = true
    }

    /// It was told.
    mutating func remove(_ order: Order) { orders[order.id.kind]?.removeAll { $0.id == order.id } }

    private func first(where holds: (Order) -> Bool) -> Order? {
        for kind in LicenseKind.allCases {
            if let order = orders[kind]?.first(where: holds) { return order }
        }
        return nil
    }
}
