import CallbackCore
import CallbackStore

/// Has the state file's log moved into the file while nobody is in a hurry, on a thread of its own: events would wait
/// behind a commit that did it.
///
/// In a rush the writer does it by itself at its own limit, as nobody else gets through then.
/// Belongs to the writer's thread.
final class QuietCheckpoint {
    /// Pages of 4 KiB in the log from which moving them is worth it: an eighth of the writer's own limit.
    private static let enough = 500

    private enum Message: Sendable { case run, stop }

    private let mailbox: Mailbox<Message>
    private let thread: BlockingThread
    private var pages = 0

    /// - Parameter open: opens the file, on the new thread; where it cannot, the writer's own limit has to do.
    init(timekeeper: any Timekeeper, open: @escaping @Sendable () throws -> Checkpointer) {
        let mailbox = Mailbox<Message>(timekeeper: timekeeper)
        self.mailbox = mailbox
        thread = BlockingThread(name: "checkpoint", priority: .low) {
            // Without it nothing is lost and nothing stops: the log is moved later, by the writer.
            let checkpointer = try? open()
            while true {
                for message in mailbox.take(until: nil) {
                    switch message {
                    case .run: checkpointer?.run()
                    case .stop: return
                    }
                }
            }
        }
    }

    /// A turn was committed.
    func committed(pages more: Int, isRush: Bool) {
        pages += more
        guard !isRush, pages >= Self.enough else { return }
        pages = 0
        mailbox.post(.run)
    }

    func stop() {
        mailbox.post(.stop)
        thread.join()
    }
}
