import ArgumentParser
import HTTPTransport
import PanelKit

/// The options of every verb that sends packets: to a database on this machine, or to a panel far away.
struct PanelOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The panel's database file.", valueName: "path"))
    var database: String?

    @Option(help: ArgumentHelp("How long to wait for another program's lock: 5, 5s, 500ms.", valueName: "time"))
    var wait = Wait.usual

    @OptionGroup var remote: RemoteOptions

    @Option(help: ArgumentHelp("The Unix socket of `panel serve`, in place of --url.", valueName: "path"))
    var socket: String?

    @Option(help: ArgumentHelp("A file whose first line is a secret key; - is standard input.", valueName: "path"))
    var keyFile: String?

    @Option(help: "Log in by name; the password is asked for on the terminal, or see --password-file.")
    var login: String?

    @Option(help: ArgumentHelp("A file whose first line is the password of --login.", valueName: "path"))
    var passwordFile: String?

    func validate() throws {
        let places = [database, remote.url, socket].compactMap { $0 }
        guard places.count == 1 else {
            throw ValidationError("say which panel: one of --database, --url and --socket")
        }
        let isRemote = database == nil
        guard isRemote || (keyFile == nil && login == nil && passwordFile == nil) else {
            throw ValidationError("--key-file, --login and --password-file are for --url and --socket")
        }
        guard !isRemote || (keyFile == nil) != (login == nil) else {
            throw ValidationError("say who you are: one of --key-file and --login")
        }
        guard passwordFile == nil || login != nil else { throw ValidationError("--password-file needs --login") }
    }

    /// Sends a packet and waits for its answer.
    ///
    /// - Throws: an exit code, after the words for it.
    func send(_ packet: [UInt8]) throws -> PacketReply {
        if let database {
            return try Ending.explaining {
                let panel = try PanelDatabase.open(at: database, wait: wait.duration)
                let answer = try PacketEngine(database: panel).execute(packet, as: .local)
                return PacketReply(xml: Array(answer.xml.utf8), answer: answer)
            }
        }
        let server = try remote.server(remote.url ?? "http://localhost", socket: socket)
        let reply = try server.ask(.post, "/enterprise/control/agent.php", headers: try headers(), body: packet)
        do {
            return PacketReply(xml: reply.body, answer: try PacketAnswer(received: reply.body))
        } catch {
            Ending.say(
                "what answers there is no panel: HTTP status \(reply.status), and its body is no packet (\(error))")
            throw Ending.unavailable.code
        }
    }

    private func headers() throws -> HTTPHeaderLines {
        var headers = [(name: "Content-Type", value: "text/xml")]
        if let keyFile {
            headers.append(("KEY", try SecretLine.read(keyFile)))
        } else if let login {
            let password =
                try passwordFile.map { try SecretLine.read($0) } ?? TerminalSecret.read("Password of \(login): ")
            headers += [("HTTP_AUTH_LOGIN", login), ("HTTP_AUTH_PASSWD", password)]
        }
        do {
            return try HTTPHeaderLines(headers)
        } catch {
            throw ValidationError("\(error)")
        }
    }
}

/// What a panel answered to a packet.
struct PacketReply {
    /// As it came.
    let xml: [UInt8]
    let answer: PacketAnswer

    /// Ends the program as the answer says: 0, 1 where a status is an error, 65 where the packet was broken.
    func end() throws {
        switch answer.verdict {
        case .ok: break
        case .failed: throw Ending.answeredWithError.code
        case .broken: throw Ending.brokenData.code
        }
    }
}
