import Glibc
import HookProtocol
import Testing

@Suite("the check of a hook's file")
struct CommandFileCheckTests {
    private typealias Status = HookFileCheck.Status

    private static let safe: [String: HookFileCheck.Status] = [
        "/": HookFileCheck.Status(kind: .directory, owner: 0, mode: 0o755),
        "/h": HookFileCheck.Status(kind: .directory, owner: 0, mode: 0o755),
        "/h/x": HookFileCheck.Status(kind: .file, owner: 0, mode: 0o755),
    ]

    private func objection(_ changes: [String: Status?] = [:], user: UInt32 = 500) -> String? {
        HookFileCheck.objection(to: "/h/x", owners: [user]) { path in changes[path] ?? Self.safe[path] }
    }

    @Test("a file of root's below directories of root's is accepted")
    func accepted() { #expect(objection() == nil) }

    @Test("a file and directory of the daemon's own user are accepted, those of another are not")
    func owner() {
        let file = Status(kind: .file, owner: 500, mode: 0o700)
        let directory = Status(kind: .directory, owner: 500, mode: 0o755)
        #expect(objection(["/h/x": file, "/h": directory]) == nil)
        #expect(
            objection(["/h/x": file], user: 501)
                == "/h/x belongs to user 500, who could change what is run; chown root /h/x")
        #expect(objection(["/h": directory], user: 501)?.hasPrefix("/h belongs to user 500") == true)
    }

    @Test("what group or others can write is refused", arguments: [0o775, 0o757, 0o777, 0o720] as [UInt32])
    func writable(mode: UInt32) {
        #expect(
            objection(["/h/x": Status(kind: .file, owner: 0, mode: mode)])
                == "/h/x can be changed by its group or by others; chmod go-w /h/x")
        #expect(
            objection(["/h": Status(kind: .directory, owner: 0, mode: mode)])
                == "/h can be changed by its group or by others; chmod go-w /h")
        #expect(objection(["/": Status(kind: .directory, owner: 0, mode: mode)])?.hasPrefix("/ can be") == true)
    }

    @Test("the sticky bit saves a directory of root's and nothing else")
    func sticky() {
        #expect(objection(["/h": Status(kind: .directory, owner: 0, mode: 0o1777)]) == nil)
        #expect(objection(["/h": Status(kind: .directory, owner: 500, mode: 0o1777)]) != nil)
        #expect(objection(["/h/x": Status(kind: .file, owner: 0, mode: 0o1777)]) != nil)
    }

    @Test("what is missing, not executable, a directory or a device is refused")
    func kinds() {
        #expect(objection(["/h/x": Status?.none]) == "/h/x does not exist or cannot be seen")
        #expect(
            objection(["/h/x": Status(kind: .file, owner: 0, mode: 0o644)])
                == "/h/x is not executable; chmod 755 /h/x")
        #expect(
            objection(["/h/x": Status(kind: .directory, owner: 0, mode: 0o755)])
                == "/h/x is a directory and not a program")
        #expect(objection(["/h/x": Status(kind: .other, owner: 0, mode: 0o755)]) == "/h/x is not a regular file")
    }

    @Test("real files: a program of the system, a missing one, a relative path")
    func realFiles() {
        #expect(HookFileCheck.objection(to: "/usr/bin/env") == nil)
        #expect(HookFileCheck.objection(to: "/nowhere") == "/nowhere cannot be run: No such file or directory")
        #expect(HookFileCheck.objection(to: "x") == "x is not a whole path; begin with /")
    }

    @Test("a link is judged by where it stands and where it leads")
    func links() throws {
        let directory = try HookBench.makeDirectory()
        defer { HookBench.removeDirectory(directory) }
        let link = "\(directory)/link"
        #expect(symlink("/usr/bin/env", link) == 0)
        #expect(HookFileCheck.objection(to: link) == nil)
        #expect(chmod(directory, 0o777) == 0)
        #expect(
            HookFileCheck.objection(to: link)
                == "\(directory) can be changed by its group or by others; chmod go-w \(directory)")
        #expect(HookFileCheck.objection(to: link, owners: [geteuid()]) != nil)
    }
}
