import CallbackCore
import CallbackTestKit
import Glibc
import Synchronization
import Testing

@testable import CallbackEngine

@Suite("The mailbox of a thread")
struct MailboxTests {
    private let mailbox = Mailbox<Int>(timekeeper: SystemTimekeeper())

    /// A moment that is reached only where nobody wakes whoever waits.
    private let late = SystemTimekeeper().monotonic() + 20_000_000_000

    private func expectInTime() { #expect(SystemTimekeeper().monotonic() < late) }

    @Test("who gathers is woken by what is urgent, and then has everything in order")
    func gathers() {
        let taken = Mutex<[Int]>([])
        let thread = BlockingThread(name: "gatherer") { [mailbox, late] in
            let messages = mailbox.gather(until: late)
            taken.withLock { $0 = messages }
        }
        for number in 1...1000 { mailbox.post(number) }
        mailbox.post(1001, isUrgent: true)
        thread.join()
        #expect(taken.withLock { $0 } == Array(1...1001))
        expectInTime()
    }

    @Test("what was urgent before is gathered at once, and only once")
    func urgentBefore() {
        mailbox.post(1, isUrgent: true)
        mailbox.post(2)
        #expect(mailbox.gather(until: late) == [1, 2])
        expectInTime()
        mailbox.post(3)
        #expect(mailbox.gather(until: SystemTimekeeper().monotonic()) == [3])
    }

    @Test("a reader that does not gather is woken by anything")
    func takes() {
        let taken = Mutex<[Int]>([])
        let thread = BlockingThread(name: "reader") { [mailbox, late] in
            let messages = mailbox.take(until: late)
            taken.withLock { $0 = messages }
        }
        mailbox.post(1)
        thread.join()
        #expect(taken.withLock { $0 } == [1])
        expectInTime()
    }

    @Test("a thread of low priority gives way, and none that was there before does")
    func priority() {
        func niceness(of priority: BlockingThread.Priority) -> Int32 {
            let found = Mutex<Int32>(-100)
            BlockingThread(name: "probe", priority: priority) {
                // On Linux this is the calling thread's own.
                let value = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
                found.withLock { $0 = value }
            }.join()
            return found.withLock { $0 }
        }
        let before = niceness(of: .normal)
        #expect(niceness(of: .low) == max(before, 10))
        #expect(niceness(of: .normal) == before)
    }
}
