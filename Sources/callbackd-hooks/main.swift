import CSpawn
import Glibc

// callbackd-hooks LOCK-FILE [SECONDS-TO-WAIT] [--user NAME]…: runs hook commands for the daemon whose socket is
// descriptor 3. The daemon starts it, or a service manager does for each connection of the daemon's; then each --user
// names a user that hooks may run as. Nobody calls it by hand.

var words = Array(CommandLine.arguments.dropFirst())
var users: Set<String> = []
while let option = words.firstIndex(of: "--user"), option + 1 < words.count {
    users.insert(words[option + 1])
    words.removeSubrange(option...option + 1)
}
guard words.count == 1 || words.count == 2, Descriptor.isSocket(Descriptor.upstream) else {
    Descriptor.complain("callbackd-hooks is started by callbackd and takes no commands of its own")
    exit(64)
}
cspawn_close_from(Descriptor.upstream + 1)
guard cspawn_move(cspawn_child_signals(), Descriptor.childEnds) == 0, cspawn_become_subreaper() == 0 else {
    Descriptor.complain("the hook runner cannot start: \(Descriptor.words(errno))")
    exit(71)
}
let patience = words.count == 2 ? UInt64(words[1]) ?? 30 : 30
var greeting = Greeting(lockPath: words[0], patience: patience)
guard greeting.exchange() else { exit(75) }
Front(reader: greeting.reader, users: HookUserRule(allowed: users)).run()
