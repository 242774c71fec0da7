import HookProtocol

/// Jobs that wait for their turn, first in, first out.
struct JobQueue {
    private var jobs: [HookJob?] = []
    private var head = 0

    var count: Int { jobs.count - head }

    mutating func append(_ job: HookJob) { jobs.append(job) }

    mutating func next() -> HookJob? {
        guard head < jobs.count else { return nil }
        let job = jobs[head]
        // The place is emptied at once: an event may be large.
        jobs[head] = nil
        head += 1
        if head == jobs.count || head >= 1024 {
            jobs.removeFirst(head)
            head = 0
        }
        return job
    }

    mutating func takeAll() -> [HookJob] {
        defer {
            jobs = []
            head = 0
        }
        return jobs[head...].compactMap(\.self)
    }
}
