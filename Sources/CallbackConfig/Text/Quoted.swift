/// A user's own word within a message: in quotes, short, and never a secret.
func quoted(_ word: String) -> String {
    let word = SecretMask.masked(word)
    return word.count > 80 ? "\"\(word.prefix(79))…\"" : "\"\(word)\""
}
