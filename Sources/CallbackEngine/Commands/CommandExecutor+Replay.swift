import CallbackCore
import CallbackStore

extension CommandExecutor {
    func begin(_ request: ReplayRequest, _ state: StateCommands) throws -> CommandAnswer {
        guard let target = registry.targets[TargetName(request.target)] else { return noSuchTarget(request.target) }
        let number = try state.beginReplay(request, target: target)
        return one("replay \(number)", done: true, "begun")
    }

    func cancelReplay(_ number: Int64, _ state: StateCommands) throws -> CommandAnswer {
        let name = "replay \(number)"
        guard let result = try state.cancelReplay(number, except: underWay) else {
            return one(name, done: false, "there is no such replay")
        }
        guard result.wasGoingOn || result.cancelled > 0 else {
            return one(name, done: false, "has ended, and nothing of it waits" + Self.rest(result.underWay))
        }
        return one(name, done: true, "ended, deliveries cancelled: \(result.cancelled)" + Self.rest(result.underWay))
    }

    private static func rest(_ underWay: Int) -> String {
        underWay > 0 ? "; being attempted now, and ending by themselves: \(underWay)" : ""
    }
}
