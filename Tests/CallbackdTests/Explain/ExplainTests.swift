import ArgumentParser
import CallbackConfig
import CallbackCore
@testable import CallbackEngine
import CallbackTestKit
import FoundationEssentials
import Testing

@testable import callbackd

@Suite("Explanations")
struct ExplainTests {
    private static func codes(_ occasions: CodeExplanation.Occasion...) -> [CodeExplanation] {
        CodeCatalog.all.filter { occasions.contains($0.occasion) }
    }

    @Test("a wrong example has the mistake, and the right one beside it has none", arguments: codes(.check, .here))
    func examples(_ explanation: CodeExplanation) throws {
        let machine = try ExampleMachine()
        let here = explanation.occasion == .here
        let wrong = try machine.check(ExampleFile(explanation.wrong, explanation.part).text, here: here)
        #expect(Set(wrong.all) == [explanation.code], "wrong, in \(wrong.all)")
        let right = try machine.check(ExampleFile(explanation.right, explanation.part).text, here: here)
        #expect(right.errors.isEmpty && !right.all.contains(explanation.code), "right, in \(right.all)")
    }

    @Test("where two parts find the same mistake, the explanation says which code is shown")
    func twins() throws {
        let machine = try ExampleMachine()
        var count = 0
        for explanation in CodeCatalog.all {
            guard case .insteadOf(let other) = explanation.occasion else { continue }
            count += 1
            let wrong = try machine.check(ExampleFile(explanation.wrong, explanation.part).text, here: false)
            #expect(wrong.all == [other], "\(explanation.code)")
            let right = try machine.check(ExampleFile(explanation.right, explanation.part).text, here: false)
            #expect(right.errors.isEmpty, "\(explanation.code): \(right.all)")
            #expect(explanation.text.contains(other))
        }
        #expect(count == 5)
    }

    @Test("a wrong example for an included file has the mistake there", arguments: codes(.included))
    func included(_ explanation: CodeExplanation) throws {
        let main = """
            version: 1
            include: [rules.d/*.yaml]
            defaults: {timeout: 20s}

            """
        let wrong = try ExampleMachine().check(main, including: explanation.wrong, here: false)
        #expect(wrong.errors == [explanation.code])
        #expect(try ExampleMachine().check(explanation.right, here: false).errors.isEmpty)
    }

    @Test("what a running daemon cannot change is told when the wrong example is to follow the right one")
    func reload() throws {
        let codes = Self.codes(.reload)
        #expect(codes.map(\.code) == ["L001"])
        for explanation in codes {
            let machine = try ExampleMachine()
            let old = try machine.configuration(ExampleFile(explanation.right, explanation.part).text)
            let new = try machine.configuration(ExampleFile(explanation.wrong, explanation.part).text)
            #expect(RestartNeeded.diagnostics(from: old, to: new).map(\.code) == [explanation.code])
            #expect(RestartNeeded.diagnostics(from: old, to: old).isEmpty)
        }
    }

    @Test("what a reload fails on beside the words has no mistake in its words", arguments: codes(.reloadHere))
    func reloadHere(_ explanation: CodeExplanation) throws {
        for example in [explanation.wrong, explanation.right] {
            #expect(try ExampleMachine().check(ExampleFile(example, explanation.part).text, here: false).all.isEmpty)
        }
    }

    @Test("every code in the sources is declared once, in a list of codes, and explained")
    func declared() throws {
        let sources = CorpusFile.repository + "/Sources"
        let explained = Set(CodeCatalog.all.map(\.code))
        #expect(explained.count == CodeCatalog.all.count)
        var declared: [String] = []
        for name in try #require(FileManager.default.subpathsOrdered(atPath: sources)) {
            guard name.hasSuffix(".swift") else { continue }
            let text = try Shell.read(sources + "/" + name)
            for match in text.matches(of: /"([CPTRSAL][0-9]{3})"/) {
                let code = String(match.1)
                #expect(explained.contains(code), "\(name) has \(code), which nobody explains")
                guard name.hasSuffix("Code.swift") else {
                    // A lesson may name the code of a twin.
                    #expect(name.contains("Code+Lesson") || name.hasSuffix("Code.swift"), "\(name) has \(code) as text")
                    continue
                }
                if !text.contains(".insteadOf(\"\(code)\")") { declared.append(code) }
            }
        }
        #expect(Set(declared).count == declared.count)
        #expect(declared.count >= 105)
    }

    @Test("an explanation has words of its own for everything")
    func words() {
        for explanation in CodeCatalog.all {
            #expect(!explanation.meaning.isEmpty && !explanation.meaning.hasSuffix("."), "\(explanation.code)")
            #expect(explanation.reason.hasSuffix("."), "\(explanation.code)")
            #expect(explanation.wrong != explanation.right, "\(explanation.code)")
            #expect(explanation.meaning.count <= 110, "\(explanation.code)")
        }
        #expect(Set(CodeCatalog.all.map(\.meaning)).count >= CodeCatalog.all.count - 4)
    }

    @Test("the reference lists every code with its meaning, and no other")
    func reference() throws {
        let page = try Shell.read(CorpusFile.repository + "/docs/reference/diagnostics.md")
        let rows = page.split(separator: "\n").filter { $0.firstMatch(of: #/^\| `[A-Z][0-9]{3}` /#) != nil }
        let wanted = CodeCatalog.all.map { explanation in
            "| `\(explanation.code)` | \(explanation.meaning.replacing("|", with: "\\|")) |"
        }
        #expect(rows.map(String.init) == wanted)
    }

    @Test("a code is found in small letters too, and an unknown one is a usage error with the one that was meant")
    func verb() throws {
        let error = #expect(throws: VerbFailure.self) {
            var verb = try Callbackd.parseAsRoot(["explain", "C0122"])
            try verb.run()
        }
        #expect(error?.status == .usage)
        #expect(error?.description.contains("did you mean C012?") == true)
        #expect(throws: VerbFailure.self) {
            var verb = try Callbackd.parseAsRoot(["explain", "nothing"])
            try verb.run()
        }
        #expect(CodeCatalog.explanation(of: "c012".uppercased())?.text.hasPrefix("C012: a key that is not") == true)
    }
}

extension FileManager {
    /// The paths below a directory, sorted; nil where it cannot be read.
    fileprivate func subpathsOrdered(atPath path: String) -> [String]? {
        (try? subpathsOfDirectory(atPath: path))?.sorted()
    }
}
