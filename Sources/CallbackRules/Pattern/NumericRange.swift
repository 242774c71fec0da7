/// A range of numbers with one or two bounds.
package struct NumericRange: Hashable, Sendable {
    package struct Bound: Hashable, Sendable {
        package let value: Double
        package let isIncluded: Bool

        package init(_ value: Double, isIncluded: Bool) {
            self.value = value == 0 ? 0 : value
            self.isIncluded = isIncluded
        }
    }

    package let low: Bound?
    package let high: Bound?

    package init(low: Bound?, high: Bound?) {
        self.low = low
        self.high = high
    }

    func contains(_ number: Double) -> Bool {
        if let low, number < low.value || (number == low.value && !low.isIncluded) { return false }
        if let high, number > high.value || (number == high.value && !high.isIncluded) { return false }
        return true
    }
}
