import ArgumentParser
import Glibc
import PanelKit

/// A secret that stands in a file, so that no list of processes and no history of a shell shows it.
enum SecretLine {
    private static let longest = 4096

    /// The first line of a file; `-` is standard input.
    ///
    /// - Throws: exit 66 where it cannot be read, 65 where it is empty or too long.
    static func read(_ path: String) throws -> String {
        let name = path == "-" ? "standard input" : path
        guard let bytes = path == "-" ? StandardStream.readInput(limit: longest) : file(path) else {
            throw unreadable(name)
        }
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard let secret = String(validating: line, as: UTF8.self), !secret.isEmpty,
            secret.utf8.count <= PasswordHash.longestPassword
        else {
            Ending.say(
                "\(name): the first line must be a secret of 1 to \(PasswordHash.longestPassword) bytes in UTF-8")
            throw Ending.brokenData.code
        }
        return secret
    }

    private static func unreadable(_ name: String) -> ExitCode {
        Ending.say("\(name) cannot be read: \(String(cString: strerror(errno)))")
        return Ending.noInput.code
    }

    private static func file(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: longest)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count)
            }
            if got == 0 { break }
            if got < 0 {
                if errno == EINTR { continue }
                return nil
            }
            count += got
        }
        return Array(bytes[..<count])
    }
}
