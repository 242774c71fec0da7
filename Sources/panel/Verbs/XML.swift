import ArgumentParser
import Glibc
import PanelKit

struct XML: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "xml",
        abstract: "Answer the packet on standard input, here or by another machine's panel.",
        discussion: """
            The response packet goes to standard output. Exit 0: every status is ok. 1: a status is error. \
            65: the packet is broken, and nothing of it was carried out. 66: no such database. 69: the panel cannot \
            be reached. 75: the database is locked, or no answer came in time.
            """
    )

    @OptionGroup var options: PanelOptions

    func run() throws {
        guard let packet = StandardStream.readInput(limit: PacketEngine.maximumPacketSize) else {
            Ending.say("standard input cannot be read: \(String(cString: strerror(errno)))")
            throw Ending.noInput.code
        }
        let reply = try options.send(packet)
        guard StandardStream.write(reply.xml, to: STDOUT_FILENO) else {
            Ending.say("the answer cannot be written: \(String(cString: strerror(errno)))")
            throw Ending.cannotWrite.code
        }
        try reply.end()
    }
}
