/// What is said in the place of something that retention has removed.
enum RetentionWords {
    static let payload = "the text of this event is past its retention (retention: payloads) and was removed"

    static func attempts(_ count: Int) -> String {
        let what = count == 1 ? "1 attempt is" : "\(count) attempts are"
        return "\(what) past retention (retention: attempts) and no longer recorded"
    }
}
