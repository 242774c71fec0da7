import ArgumentParser
import Glibc
import PanelKit

struct XML: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "xml",
        abstract: "Answer the packet on standard input.",
        discussion: """
            The response packet goes to standard output. Exit 0: every status is ok. 1: a status is error. \
            65: the packet is broken, and nothing of it was carried out. 66: no such database. 75: it is locked.
            """
    )

    @OptionGroup var options: DatabaseOptions

    func run() throws {
        let answer = try Ending.explaining {
            let database = try options.open()
            guard let packet = StandardStream.readInput(limit: PacketEngine.maximumPacketSize) else {
                Ending.say("standard input cannot be read: \(String(cString: strerror(errno)))")
                throw Ending.noInput.code
            }
            return try PacketEngine(database: database).execute(packet)
        }
        guard StandardStream.write(answer.xml, to: STDOUT_FILENO) else {
            Ending.say("the answer cannot be written: \(String(cString: strerror(errno)))")
            throw Ending.cannotWrite.code
        }
        switch answer.verdict {
        case .ok: break
        case .failed: throw Ending.answeredWithError.code
        case .broken: throw Ending.brokenData.code
        }
    }
}
