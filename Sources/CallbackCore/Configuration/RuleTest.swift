/// An example of an event, and what the rules are to make of it.
package struct RuleTest: Sendable {
    package var name: String
    /// Where the name stands.
    package var place: ConfigPlace
    /// Nil where the test's change of a row gives no event.
    package var event: ExampleEvent?
    /// Every rule that is to match, and no other.
    package var expectations: [RuleExpectation]

    package init(name: String, place: ConfigPlace, event: ExampleEvent?, expectations: [RuleExpectation]) {
        self.name = name
        self.place = place
        self.event = event
        self.expectations = expectations
    }
}

/// A rule that is to match, and what else a test says about it.
package struct RuleExpectation: Sendable {
    package enum Order: Hashable, Sendable {
        /// Deliveries do not wait for each other.
        case unordered
        case key(String)
    }

    package var rule: RuleName
    package var place: ConfigPlace
    /// Every target of the rule; nil where the test does not say.
    package var deliveries: [DeliveryExpectation]?
    /// Nil where the test does not say.
    package var order: Order?

    package init(rule: RuleName, place: ConfigPlace, deliveries: [DeliveryExpectation]? = nil, order: Order? = nil) {
        self.rule = rule
        self.place = place
        self.deliveries = deliveries
        self.order = order
    }
}

/// What one target is to be sent; parts that are nil or empty are not looked at.
package struct DeliveryExpectation: Sendable {
    /// A header or variable; without a value it must not be there.
    package struct Entry: Hashable, Sendable {
        package var name: String
        package var value: String?

        package init(_ name: String, _ value: String?) {
            self.name = name
            self.value = value
        }
    }

    package var target: TargetName
    package var place: ConfigPlace
    package var url: String?
    package var headers: [Entry] = []
    package var body: JSONValue?
    /// The whole argument vector, program first.
    package var arguments: [String]?
    package var environment: [Entry] = []
    package var input: JSONValue?

    package init(target: TargetName, place: ConfigPlace) {
        self.target = target
        self.place = place
    }

    /// Whether it says more than that the target is one of the rule's.
    package var hasDetails: Bool {
        url != nil || body != nil || arguments != nil || input != nil || !headers.isEmpty || !environment.isEmpty
    }
}
