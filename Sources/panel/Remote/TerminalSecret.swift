import Glibc

/// A secret that somebody types, unseen.
enum TerminalSecret {
    /// Asks on the terminal, also where standard input is something else.
    ///
    /// - Throws: exit 66 where there is no terminal.
    static func read(_ prompt: String) throws -> String {
        let descriptor = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else {
            Ending.say("there is no terminal to ask for the password; give it in a file with --password-file")
            throw Ending.noInput.code
        }
        defer { close(descriptor) }
        _ = StandardStream.write(prompt, to: descriptor)
        var before = termios()
        let isTerminal = tcgetattr(descriptor, &before) == 0
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        if isTerminal { tcsetattr(descriptor, TCSAFLUSH, &silent) }
        defer {
            if isTerminal { tcsetattr(descriptor, TCSAFLUSH, &before) }
            _ = StandardStream.write("\n", to: descriptor)
        }
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while bytes.count < 4_096 {
            let count = Glibc.read(descriptor, &byte, 1)
            if count < 0 && errno == EINTR { continue }
            guard count == 1, byte != UInt8(ascii: "\n") else { break }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
