import CallbackCore
import CallbackTestKit
import Glibc
import Testing

@testable import callbackd

/// A folder that stands for the root of a machine on which callbackd is installed.
struct ExampleMachine {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for directory in [
            "etc", "etc/callbackd", "etc/callbackd/secrets", "etc/callbackd/rules.d", "var", "var/lib",
            "var/lib/callbackd", "var/lib/panel", "run", "run/callbackd", "usr", "usr/lib", "usr/lib/callbackd",
            "usr/lib/callbackd/hooks",
        ] {
            mkdir(folder.path + "/" + directory, 0o755)
            chmod(folder.path + "/" + directory, 0o755)
        }
        try write("etc/callbackd/secrets/billing", "whsec_bm90IGEgc2VjcmV0LCBvbmx5IGFuIGV4YW1wbGU=\n", mode: 0o600)
        try write("usr/lib/callbackd/hooks/notify", "#!/bin/sh\n", mode: 0o755)
        try write("var/lib/panel/panel.db", "", mode: 0o600)
    }

    /// The codes of what is found in a configuration, and of the errors among it.
    func check(_ text: String, including included: String? = nil, here: Bool) throws -> (
        all: [String], errors: [String]
    ) {
        if let included { try write("etc/callbackd/rules.d/mine.yaml", included, mode: 0o600) }
        let found = try load(text, here: here).diagnostics
        return (found.map(\.code), found.filter { $0.severity == .error }.map(\.code))
    }

    /// A configuration without errors.
    func configuration(_ text: String) throws -> Configuration {
        try #require(try load(text, here: false).configuration)
    }

    private func load(_ text: String, here: Bool) throws -> LoadedConfiguration {
        var text = text
        for directory in ["/etc/callbackd", "/var/lib", "/run/callbackd", "/usr/lib/callbackd"] {
            text = text.replacing(directory, with: folder.path + directory)
        }
        try write("etc/callbackd/callbackd.yaml", text, mode: 0o600)
        return LoadedConfiguration(
            path: folder.path + "/etc/callbackd/callbackd.yaml", here: here ? .error : nil)
    }

    private func write(_ name: String, _ text: String, mode: mode_t) throws {
        chmod(try folder.write(name, text), mode)
    }
}
