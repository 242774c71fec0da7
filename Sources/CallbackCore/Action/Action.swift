/// How deliveries leave the machine. One implementation serves all targets of its kind.
///
/// An action never throws and never drops: each attempt that it was given ends in exactly one report.
package protocol Action: Sendable {
    /// Begins the attempts and returns at once. Reports come later, in batches, from a thread of the action's own.
    func start(_ attempts: [Attempt])

    /// Ends what is under way as unavailable once `grace` has passed, then returns. No report comes after it.
    func stop(grace: Duration) async
}

/// Takes the ends of attempts. Called from an action's own thread; returns quickly.
package typealias AttemptReports = @Sendable ([AttemptReport]) -> Void

/// One try of one delivery: everything that an action needs, and nothing that it must look up.
package struct Attempt: Sendable {
    package let delivery: DeliveryID
    /// The number of this attempt, from 1.
    package let number: Int
    /// The same on every retry of this delivery.
    package let webhookID: String
    package let target: TargetName
    package let event: Event
    /// What templates made of the event; nil where the event goes as it is.
    package let rendering: Rendering?

    package init(
        delivery: DeliveryID,
        number: Int,
        webhookID: String,
        target: TargetName,
        event: Event,
        rendering: Rendering?
    ) {
        self.delivery = delivery
        self.number = number
        self.webhookID = webhookID
        self.target = target
        self.event = event
        self.rendering = rendering
    }
}

/// The parts of an attempt that templates fill, by the name of the setting. Absent parts are as in the target.
package struct Rendering: Hashable, Sendable {
    /// Replaces the event as body of a webhook.
    package var body: [UInt8]?
    /// What the body is, where the target's headers do not say it themselves.
    package var contentType: String?
    /// CloudEvents attributes that go as headers, by name.
    package var attributes: [String: String]
    package var url: String?
    package var headers: [String: String]
    /// The whole argument vector of a command, program first.
    package var arguments: [String]?
    package var environment: [String: String]

    package init(
        body: [UInt8]? = nil,
        contentType: String? = nil,
        attributes: [String: String] = [:],
        url: String? = nil,
        headers: [String: String] = [:],
        arguments: [String]? = nil,
        environment: [String: String] = [:]
    ) {
        self.body = body
        self.contentType = contentType
        self.attributes = attributes
        self.url = url
        self.headers = headers
        self.arguments = arguments
        self.environment = environment
    }
}
