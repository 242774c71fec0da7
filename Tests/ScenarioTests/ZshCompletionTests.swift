import CallbackTestKit
import Testing

/// The script for zsh, in a zsh that believes itself on a terminal and is typed to.
@Suite("Completion in zsh", .serialized)
struct ZshCompletionTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let script = try Shell.run(Programs.panel, ["completion", "zsh"])
        #expect(script.status == 0)
        try folder.write("_panel", script.output)
    }

    /// Types each beginning, then Tab, then a key that shows what stands in the line.
    private static let typist = """
        zmodload zsh/zpty
        zpty shell zsh -f -i
        expect() { zpty -r shell seen "*$1*" || { print -r -- "no $1 in: $seen"; exit 1 } }
        zpty -w shell "$1"
        zpty -w shell 'show() { print -r -- "[[$BUFFER]]"; BUFFER=; }; zle -N show; bindkey "^X" show; print rea""dy'
        expect ready
        shift
        for beginning; do
            zpty -n -w shell "$beginning"$'\\t\\x18'
            expect '\\[\\[*\\]\\]'
            seen=${seen##*\\[\\[}
            print -r -- "${seen%%\\]\\]*}"
        done
        """

    /// - Parameter loading: what the shell is told first.
    private func completed(_ beginnings: [String], loading: String) throws -> [String] {
        let path = "path=(\(Programs.panel.dropLast("/panel".count)) $path)"
        let script = try folder.write("typist.zsh", Self.typist)
        let result = try Shell.run(
            "/usr/bin/timeout",
            ["60", "/usr/bin/env", "TERM=dumb", "/usr/bin/zsh", "-f", script, "\(path); \(loading)"] + beginnings)
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        return result.output.trimmed.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private static let cases: [(beginning: String, completed: String)] = [
        ("panel plan-i", "panel plan-item "),
        ("panel plan-item upd", "panel plan-item update "),
        ("panel plan-item add --tool", "panel plan-item add --tooltip "),
        ("panel plan-item add --visible f", "panel plan-item add --visible false "),
        ("panel plan-item add --visible=f", "panel plan-item add --visible=false "),
        ("panel plan-item add --url-components email,dom_n", "panel plan-item add --url-components email,dom_name "),
        ("panel serve --license-l", "panel serve --license-listen "),
        ("panel license o", "panel license order "),
    ]

    @Test(
        "operators, operations, options, values and verbs are completed, sourced or from the functions' path",
        arguments: [
            "autoload -Uz compinit; compinit -D -u; source ./_panel",
            "fpath=($PWD $fpath); autoload -Uz compinit; compinit -D -u",
        ])
    func completion(loading: String) throws {
        #expect(try Shell.run("/usr/bin/zsh", ["-n", folder.file("_panel")]).status == 0)
        let loading = "cd -q \(folder.path); \(loading)"
        #expect(try completed(Self.cases.map(\.beginning), loading: loading) == Self.cases.map(\.completed))
    }

    @Test("where nothing is known of a value, files are offered")
    func files() throws {
        try folder.write("plans.db", "")
        let loading = "cd -q \(folder.path); autoload -Uz compinit; compinit -D -u; source ./_panel"
        #expect(
            try completed(["panel xml --database pla"], loading: loading) == ["panel xml --database plans.db "])
    }
}
