/// An option that every generated command has, whatever its operation.
///
/// Where an element has the same name, as `url` of a plan item, the option means the element; `--panel-url` is always
/// the panel's.
package struct PanelOption: Sendable {
    package let name: String
    /// What stands for the value in a help text; nil for a flag.
    package let valueName: String?
    package let summary: String

    /// The name under which no element can be meant.
    package var longName: String { "panel-" + name }

    /// Which panel is asked, and as whom: the options of `panel xml`.
    package static let connection = [
        PanelOption(name: "database", valueName: "path", summary: "The panel's database file"),
        PanelOption(name: "wait", valueName: "time", summary: "How long to wait for another program's lock: 5s, 500ms"),
        PanelOption(name: "url", valueName: "url", summary: "Another machine's panel: https://HOST:8443"),
        PanelOption(name: "socket", valueName: "path", summary: "The Unix socket of panel serve"),
        PanelOption(name: "key-file", valueName: "path", summary: "A file whose first line is a secret key"),
        PanelOption(name: "login", valueName: "login", summary: "Log in by name"),
        PanelOption(
            name: "password-file", valueName: "path", summary: "A file whose first line is the password of --login"),
        PanelOption(name: "ca", valueName: "path", summary: "PEM file with the authority or certificate to trust"),
        PanelOption(name: "insecure", valueName: nil, summary: "Do not verify the panel's certificate"),
        PanelOption(name: "timeout", valueName: "time", summary: "How long to wait for the answer: 60s, 500ms"),
    ]

    package static let printPacket = PanelOption(
        name: "print-packet", valueName: nil, summary: "Print the packet and do nothing")
    package static let xml = PanelOption(name: "xml", valueName: nil, summary: "Print the response packet as it came")
    package static let json = PanelOption(name: "json", valueName: nil, summary: "Print the results as JSON")
    package static let help = PanelOption(name: "help", valueName: nil, summary: "Show this text")

    package static let all = connection + [printPacket, xml, json, help]
}
