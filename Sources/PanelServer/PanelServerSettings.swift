/// What `panel serve` is told.
package struct PanelServerSettings: Sendable {
    /// The path of the panel's database.
    package var database: String
    /// Where packets are taken; nil for nowhere.
    package var listen: ListenAddress?
    /// Where the licence API answers; nil for nowhere.
    package var licenseListen: ListenAddress?
    package var socket: SocketFile?
    /// nil serves without TLS.
    package var certificate: CertificateFiles?
    /// Requests a second from one address; nil for no limit.
    package var rate: Int?

    package init(
        database: String, listen: ListenAddress?, licenseListen: ListenAddress?, socket: SocketFile?,
        certificate: CertificateFiles?, rate: Int?
    ) {
        self.database = database
        self.listen = listen
        self.licenseListen = licenseListen
        self.socket = socket
        self.certificate = certificate
        self.rate = rate
    }
}
