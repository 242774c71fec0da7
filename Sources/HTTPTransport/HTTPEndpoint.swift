import CCurl

/// Where requests go and how: prepared once, used for every request to one target.
package final class HTTPEndpoint: Sendable {
    /// What TLS is held to. TLS 1.2 is always required.
    package struct TLS: Hashable, Sendable {
        /// A PEM file of certificate authorities in place of the system's.
        package var authorities: String?
        /// A PEM file with the client's certificate.
        package var certificate: String?
        /// A PEM file with the key of `certificate`.
        package var key: String?
        /// Whether the receiver must prove who it is.
        package var verifies: Bool

        package init(
            authorities: String? = nil, certificate: String? = nil, key: String? = nil, verifies: Bool = true
        ) {
            self.verifies = verifies
            self.authorities = authorities
            self.certificate = certificate
            self.key = key
        }
    }

    package let url: String
    package let scheme: String
    package let host: String
    package let egress: EgressPolicy
    package let tls: TLS
    /// How many transfers may run at once; further ones wait their turn.
    package let connections: Int
    package let connectTimeoutMilliseconds: Int
    package let proxy: String?
    package let unixSocket: String?
    package let headers: HTTPHeaderLines
    /// Sent with every request: `headers` after the lines that keep libcurl from adding its own.
    let lines: HTTPHeaderLines

    // Parsed once: libcurl copies it for each transfer, which is cheaper than parsing. Never changed after init, so
    // threads may read it together.
    nonisolated(unsafe) let parsed: OpaquePointer

    /// Prepares an endpoint.
    /// - Parameters:
    ///   - url: an absolute `http` or `https` URL without user, password or fragment.
    ///   - connections: how many transfers may run at once, at least 1.
    ///   - proxy: the URL of a proxy; without it none is used, whatever the environment says. The egress policy then
    ///     judges the address of the proxy, which is the only one that is connected to.
    ///   - unixSocket: the path of a socket to connect to in place of the URL's host; the egress policy does not apply.
    ///   - headers: sent with every request.
    /// - Throws: what is wrong with the URL or the proxy.
    package init(
        url: String,
        egress: EgressPolicy = EgressPolicy(),
        tls: TLS = TLS(),
        connections: Int = 8,
        connectTimeoutMilliseconds: Int = 10_000,
        proxy: String? = nil,
        unixSocket: String? = nil,
        headers: HTTPHeaderLines = HTTPHeaderLines()
    ) throws(HTTPEndpointError) {
        let parsed = try HTTPURL.parse(url)
        if let proxy {
            do {
                HTTPURL.free(try HTTPURL.parse(proxy, allowingUser: true))
            } catch {
                HTTPURL.free(parsed)
                throw HTTPEndpointError(url: error.url, problem: "as a proxy: \(error.problem)")
            }
        }
        if let unixSocket, unixSocket.utf8.count > HTTPEndpoint.longestSocketPath || unixSocket.isEmpty {
            HTTPURL.free(parsed)
            let limit = HTTPEndpoint.longestSocketPath
            throw HTTPEndpointError(url: url, problem: "the socket's path must have 1 to \(limit) bytes: \(unixSocket)")
        }
        self.parsed = parsed
        self.url = url
        scheme = HTTPURL.part(CURLUPART_SCHEME, of: parsed) ?? ""
        host = HTTPURL.part(CURLUPART_HOST, of: parsed) ?? ""
        self.egress = egress
        self.tls = tls
        self.connections = max(1, connections)
        self.connectTimeoutMilliseconds = connectTimeoutMilliseconds
        self.proxy = proxy
        self.unixSocket = unixSocket
        self.headers = headers
        lines = HTTPHeaderLines.withoutDefaults(followedBy: headers)
    }

    deinit {
        HTTPURL.free(parsed)
    }

    /// Whether the traffic can be read on its way: plain `http` to anything but this machine.
    package var isReadableOnTheWay: Bool {
        guard scheme == "http", unixSocket == nil, host != "localhost" else { return false }
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        guard let address = IPAddress(bare) else { return true }
        return SpecialNetwork.of(address)?.purpose != "loopback"
    }

    /// The address that is connected to, where it is written out and not to be resolved; with a proxy there is none.
    package var literalAddress: IPAddress? {
        guard unixSocket == nil, proxy == nil else { return nil }
        return IPAddress(
            host == "localhost" ? "127.0.0.1" : host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host)
    }

    /// `sun_path` holds 108 bytes with the final NUL.
    private static let longestSocketPath = 107
}

/// An endpoint that cannot be prepared.
package struct HTTPEndpointError: Error, Hashable, Sendable, CustomStringConvertible {
    package let url: String
    package let problem: String

    package var description: String { "\"\(url)\": \(problem)" }
}
