import CallbackCore
import CallbackTestKit
import Testing

@testable import callbackd

@Suite("Addresses that egress refuses")
struct EgressCheckTests {
    private func messages(_ url: String, _ more: String = "", allow: String = "10.1.2.0/24") throws -> [String] {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            "callbackd.yaml",
            """
            version: 1
            sources: {panel: {sqlite: {path: /var/lib/panel/panel.db}, profile: plesk}}
            egress: {allow: [\(allow)]}
            targets: {billing: {webhook: {url: "\(url)"\(more)}}}
            rules: [{name: one, events: [plan_item.created], deliver: [billing]}]
            """)
        let found = LoadedConfiguration(path: path).diagnostics
        #expect(found.allSatisfy { $0.severity == .warning && $0.code == "C100" && $0.place?.line == 4 })
        return found.map { "\($0.message); \($0.help ?? "")" }
    }

    @Test(
        "one that is written out is a warning with the line that would allow it",
        arguments: [
            ("http://127.0.0.1:8787/hook", "127.0.0.1", "loopback", "127.0.0.1/32"),
            ("http://localhost/hook", "127.0.0.1", "loopback", "127.0.0.1/32"),
            ("https://10.2.0.1/{{ subject }}", "10.2.0.1", "private", "10.2.0.1/32"),
            ("https://[fd00::1]/", "fd00::1", "unique-local", "\"fd00::1/128\""),
            (
                "https://[::ffff:169.254.169.254]/", "169.254.169.254", "link-local and cloud metadata",
                "169.254.169.254/32"
            ),
        ])
    func refused(url: String, address: String, purpose: String, range: String) throws {
        let found = try messages(url)
        let expected =
            "nothing will be sent to target \"billing\": \(address) is not a public address (\(purpose)); "
            + "to allow it, add egress: {allow: [\(range)]}"
        #expect(found == [expected])
    }

    @Test(
        "names, what is allowed, and what a proxy connects to are none",
        arguments: [
            ("https://billing.example.com/hook", ""), ("https://10.1.2.3/hook", ""), ("https://9.9.9.9/hook", ""),
            ("https://192.168.1.1/hook", ", proxy: \"http://proxy.example.com:3128\""),
        ])
    func none(url: String, more: String) throws {
        #expect(try messages(url, more) == [])
    }
}
