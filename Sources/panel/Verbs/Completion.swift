import ArgumentParser
import Glibc
import PanelKit

/// Scripts that ask this program what can stand next, so that they never know less than it does.
struct Completion: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the script by which a shell completes words of this program.",
        discussion:
            "For bash: source <(panel completion bash). For zsh: source <(panel completion zsh), behind compinit.",
        subcommands: [Bash.self, Zsh.self, Words.self]
    )

    struct Bash: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The script for bash.")

        func run() throws {
            try Ending.print(
                """
                _panel() {
                    local IFS=$'\\n'
                    COMPREPLY=($("${COMP_WORDS[0]}" completion words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
                }
                complete -o default -F _panel panel

                """)
        }
    }

    struct Zsh: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The script for zsh.")

        func run() throws {
            try Ending.print(
                """
                #compdef panel
                _panel() {
                    local -a candidates
                    candidates=(${(f)"$("${words[1]}" completion words -- "${(@)words[2,CURRENT]}" 2>/dev/null)"})
                    if (( ${#candidates} )); then
                        compadd -- "${candidates[@]}"
                    else
                        _files
                    fi
                }
                # Loaded as a function from fpath, this file is the function's first call.
                if [[ "${funcstack[1]}" == _panel ]]; then
                    _panel "$@"
                else
                    compdef _panel panel
                fi

                """)
        }
    }

    struct Words: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what the last of some words can be.", shouldDisplay: false)

        @Argument(parsing: .postTerminator)
        var words: [String] = []

        func run() throws {
            let completion = CommandCompletion(operators: .all, verbs: try PanelVerbs.tree())
            try Ending.print(completion.candidates(words).map { $0 + "\n" }.joined())
        }
    }
}
