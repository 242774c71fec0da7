import CSpawn
import Glibc

// callbackd-hooks LOCK-FILE [SECONDS-TO-WAIT]: runs hook commands for the daemon that started it, whose socket is
// descriptor 3. Nobody calls it by hand.

let arguments = CommandLine.arguments
guard arguments.count == 2 || arguments.count == 3, Descriptor.isSocket(Descriptor.upstream) else {
    Descriptor.complain("callbackd-hooks is started by callbackd and takes no commands of its own")
    exit(64)
}
cspawn_close_from(Descriptor.upstream + 1)
guard cspawn_move(cspawn_child_signals(), Descriptor.childEnds) == 0, cspawn_become_subreaper() == 0 else {
    Descriptor.complain("the hook runner cannot start: \(Descriptor.words(errno))")
    exit(71)
}
let patience = arguments.count == 3 ? UInt64(arguments[2]) ?? 30 : 30
var greeting = Greeting(lockPath: arguments[1], patience: patience)
guard greeting.exchange() else { exit(75) }
Front(reader: greeting.reader).run()
