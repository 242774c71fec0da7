import CallbackCore
import CallbackStore

/// What one sweep of the janitor still has to do, and how far each class has been looked through.
///
/// Everything before a class's position was removed, or was owed or dead when it was looked at; so the beginning is
/// looked at again only from time to time.
struct Sweep {
    /// Nanoseconds.
    static let shortestPause: Int64 = 5_000_000
    /// Nanoseconds after which a class is looked through from its beginning.
    private static let wholePass: Int64 = 3600_000_000_000
    /// The same where the file is too large.
    private static let urgentPass: Int64 = 600_000_000_000

    private struct Pass {
        var position: Int64 = 0
        var begun: Int64
    }

    private var passes: [SweepTask.Kind: Pass] = [:]
    private var tasks: [SweepTask] = []
    private(set) var size = SweepSize()
    private var isFixed = false

    // What the sweep has done.
    private(set) var givenUp = 0
    private(set) var removed: [String: Int] = [:]
    private(set) var pages: Int64 = 0
    /// The file cannot shrink, seen for the first time.
    private(set) var isFixedNewly = false

    var next: SweepTask? { tasks.first }

    mutating func begin(_ retention: RetentionSettings, now: Timestamp, monotonic: Int64) {
        givenUp = 0
        removed = [:]
        pages = 0
        isFixedNewly = false
        func cutoff(_ age: Duration) -> Timestamp { Timestamp(milliseconds: now.milliseconds - age.milliseconds) }
        tasks = []
        if let age = retention.deadLetters { tasks.append(SweepTask(.giveUp, before: cutoff(age))) }
        tasks.append(SweepTask(.remove(.events), before: cutoff(retention.age)))
        // What the events' own age removes needs no look of its own.
        if let age = retention.payloads { tasks.append(SweepTask(.remove(.payloads), before: cutoff(age))) }
        if let age = retention.attempts { tasks.append(SweepTask(.remove(.attempts), before: cutoff(age))) }
        tasks.append(SweepTask(.makeRoom(limit: retention.size), before: now))
        tasks.append(SweepTask(.shrink, before: now))
        for index in tasks.indices {
            let kind = tasks[index].kind
            let every = if case .makeRoom = kind { Self.urgentPass } else { Self.wholePass }
            if let pass = passes[kind], monotonic - pass.begun < every {
                tasks[index].after = pass.position
            } else {
                passes[kind] = Pass(begun: monotonic)
            }
        }
    }

    /// Notes what a step of the first task came to.
    mutating func did(_ step: SweepStep) {
        guard let task = tasks.first else { return }
        size.adapt(to: step.duration)
        switch task.kind {
        case .giveUp: givenUp += step.removed
        case .remove(let what): removed[what.word, default: 0] += step.removed
        case .makeRoom: removed[RetentionClass.events.word, default: 0] += step.removed
        case .shrink: pages += Int64(step.removed)
        }
        if step.isFixed, !isFixed {
            isFixed = true
            isFixedNewly = true
        }
        if let next = step.next {
            passes[task.kind]?.position = next
            tasks[0].after = next
        } else {
            tasks.removeFirst()
        }
    }
}

/// How much one step takes on: less where it took long.
struct SweepSize: Hashable {
    /// Nanoseconds; longer steps become smaller.
    static let longest: Int64 = 2_000_000

    private(set) var count = 50

    mutating func adapt(to duration: Int64) {
        count = duration > Self.longest ? max(5, count / 2) : duration < Self.longest / 3 ? min(500, count * 2) : count
    }
}

/// One thing that a sweep does, in steps.
struct SweepTask: Sendable {
    enum Kind: Hashable, Sendable {
        case giveUp
        case remove(RetentionClass)
        /// Finished work goes, the oldest first, until it is no larger than so many bytes.
        case makeRoom(limit: Int64)
        case shrink
    }

    let kind: Kind
    let before: Timestamp
    var after: Int64 = 0

    init(_ kind: Kind, before: Timestamp) {
        self.kind = kind
        self.before = before
    }

    /// One step, inside the writer's transaction.
    func perform(_ commands: StateCommands, size: SweepSize) throws -> SweepStep {
        switch kind {
        case .giveUp:
            let count = try commands.giveUpDead(before: before, count: size.count)
            return SweepStep(removed: count, next: count == size.count ? 0 : nil)
        case .remove(let what):
            let removal = try commands.remove(what, after: after, before: before, count: size.count)
            return SweepStep(removed: removal.removed, next: removal.next)
        case .makeRoom(let limit):
            guard try commands.finishedSize() > limit else { return SweepStep(removed: 0, next: nil) }
            let removal = try commands.remove(.events, after: after, before: before, count: size.count)
            return SweepStep(removed: removal.removed, next: removal.next)
        case .shrink:
            let shrinking = try commands.shrink(pages: size.count)
            return SweepStep(
                removed: Int(shrinking.pages), next: shrinking.hasMore ? 0 : nil, isFixed: shrinking.isFixed)
        }
    }
}

/// What a step came to.
struct SweepStep: Sendable {
    var removed: Int
    /// Where the next step begins; nil where the task is done.
    var next: Int64?
    var isFixed = false
    /// Nanoseconds.
    var duration: Int64 = 0
}

extension RetentionClass {
    fileprivate var word: String {
        switch self {
        case .events: "events"
        case .payloads: "payloads"
        case .attempts: "attempts"
        }
    }
}
