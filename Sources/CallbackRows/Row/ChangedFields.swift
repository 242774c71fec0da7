package import CallbackCore

extension JSONObject {
    /// The fields that differ from an older row, in the order of the new ones, then those that are gone.
    package func changedFields(since old: JSONObject) -> [String] {
        var changed: [String] = []
        for member in members where old[member.key] != member.value { changed.append(member.key) }
        for member in old.members where self[member.key] == nil { changed.append(member.key) }
        return changed
    }
}
