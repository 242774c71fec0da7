import Glibc

/// The descriptor that tells of ended children.
enum ChildEnds {
    /// Empties it; several ends may stand behind one notice, so `waitpid` is what counts.
    static func clear(_ file: Int32) {
        withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 8) { space in
            while case .bytes = Descriptor.read(file, into: space) {}
        }
    }
}
