import Glibc

/// A TLS server on 127.0.0.1 that hands what it decrypts to a receiver without TLS, and back.
package final class TLSFront: Sendable {
    package let port: UInt16
    private let child: Child
    private let folder: TemporaryFolder

    /// - Parameters:
    ///   - python: a Python 3, whose TLS is OpenSSL's.
    ///   - certificate: what it shows.
    ///   - clients: the authority of the certificates that it demands; nil demands none.
    ///   - receiver: where plain requests go.
    package init(
        python: String, certificate: TLSCertificate, clients: TLSCertificate? = nil, before receiver: UInt16
    ) throws {
        folder = try TemporaryFolder()
        let output = folder.file("port")
        let errors = folder.file("errors")
        let script = try folder.write("front.py", Self.script)
        child = try Child(
            python,
            [script, certificate.certificate, certificate.key, clients?.certificate ?? "", String(receiver)],
            output: output, errors: errors)
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            if let text = try? Shell.read(output), text.hasSuffix("\n"), let port = UInt16(text.dropLast()) {
                self.port = port
                return
            }
            guard ContinuousClock.now < deadline else {
                throw LoopbackError(description: "no TLS front: \((try? Shell.read(errors)) ?? "")")
            }
            poll(nil, 0, 10)
        }
    }

    /// `https://127.0.0.1:<port>`, without a final slash.
    package var url: String { "https://127.0.0.1:\(port)" }

    private static let script = """
        import socket, ssl, sys, threading

        certificate, key, clients, receiver = sys.argv[1:5]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        if clients:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(clients)


        def pump(source, sink):
            try:
                while True:
                    data = source.recv(65536)
                    if not data:
                        break
                    sink.sendall(data)
            except OSError:
                pass
            for end in (source, sink):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass


        def serve(connection):
            try:
                outside = context.wrap_socket(connection, server_side=True)
            except OSError:
                connection.close()
                return
            inside = socket.create_connection(("127.0.0.1", int(receiver)))
            threading.Thread(target=pump, args=(inside, outside), daemon=True).start()
            pump(outside, inside)


        listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        print(listener.getsockname()[1], flush=True)
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

        """
}
