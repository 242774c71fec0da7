import Glibc

/// The size of a state file on disk.
enum StateSize {
    /// Bytes of the database and its write-ahead log; 0 where there is none.
    static func bytes(path: String) -> Int64 {
        [path, path + "-wal"].reduce(into: Int64(0)) { sum, path in
            var about = stat()
            if stat(path, &about) == 0 { sum += Int64(about.st_size) }
        }
    }
}
