/// Where a server is, who asks, and how the way there is protected.
struct ServerAddress: Sendable, Hashable {
    enum Protection: String, Sendable, CaseIterable {
        /// Nothing is encrypted.
        case off
        /// Encrypted, whoever answers.
        case required
        /// Encrypted, and the server's certificate is one of this name by a known authority.
        case verify
    }

    var host: String
    var port: UInt32
    /// The path of a Unix socket, in place of host and port.
    var socket: String?
    var user: String
    var database: String
    var protection: Protection
    /// A PEM file of certificate authorities in place of the system's.
    var authorities: String?

    /// How a sentence names the server.
    var words: String { socket ?? "\(host):\(port)" }
}
