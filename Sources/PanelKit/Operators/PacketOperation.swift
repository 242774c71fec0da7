/// One thing that an operator can do.
package struct PacketOperation: Sendable {
    /// Who may ask for an operation.
    package enum Audience: Sendable {
        case everyone
        /// Others are answered with 1006.
        case administrator
    }

    /// How it is carried out. One result per object that it concerned; a thrown error undoes it all.
    enum Work: Sendable {
        /// Inside a numbered operation.
        case change(@Sendable (PacketNode, PanelOperation) throws -> [PacketResult])
        /// Without changing anything, and without a number.
        case read(@Sendable (PacketNode, PanelView) throws -> [PacketResult])
    }

    /// The results where the operation failed as a whole.
    typealias Failure = @Sendable (PacketNode, PacketError) -> [PacketResult]

    /// The element's name inside the operator's.
    package let name: String
    /// What it does, in a sentence without its full stop.
    package let summary: String
    package let audience: Audience
    /// What its element may hold.
    package let grammar: PacketGrammar
    /// What a result may hold behind status, errcode and errtext.
    package let answer: [PacketGrammar.Part]

    let work: Work
    let failure: Failure

    /// Tells whether it changes anything.
    package var isChange: Bool {
        if case .change = work { true } else { false }
    }

    /// Says why a caller may not ask for it, or nil where it may.
    func objection(to caller: Caller, on operatorName: String) -> PacketError? {
        guard audience == .administrator, caller.scope != nil else { return nil }
        return PacketError(.permissionDenied, "Only the administrator may call \(operatorName) \(name)")
    }

    private init(
        name: String, summary: String, audience: Audience, grammar: PacketGrammar, answer: [PacketGrammar.Part],
        failure: Failure?, work: Work
    ) {
        self.name = name
        self.summary = summary
        self.audience = audience
        self.grammar = grammar
        self.answer = answer
        self.failure = failure ?? { [.failed($1)] }
        self.work = work
    }

    /// An operation that changes something.
    static func change(
        _ name: String, _ summary: String, for audience: Audience = .everyone, grammar: PacketGrammar,
        answer: [PacketGrammar.Part], failure: Failure? = nil,
        run: @escaping @Sendable (PacketNode, PanelOperation) throws -> [PacketResult]
    ) -> PacketOperation {
        PacketOperation(
            name: name, summary: summary, audience: audience, grammar: grammar, answer: answer, failure: failure,
            work: .change(run))
    }

    /// An operation that only reads.
    static func read(
        _ name: String, _ summary: String, for audience: Audience = .everyone, grammar: PacketGrammar,
        answer: [PacketGrammar.Part], failure: Failure? = nil,
        run: @escaping @Sendable (PacketNode, PanelView) throws -> [PacketResult]
    ) -> PacketOperation {
        PacketOperation(
            name: name, summary: summary, audience: audience, grammar: grammar, answer: answer, failure: failure,
            work: .read(run))
    }
}
