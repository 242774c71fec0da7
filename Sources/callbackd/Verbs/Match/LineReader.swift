import CallbackRules
import Glibc

/// The lines of a file or of standard input, with room behind each for readers that look at 16 bytes at a time.
final class LineReader {
    /// A longer line is refused: nobody's event is so long.
    static let longest = 64 << 20
    private static let piece = 1 << 20

    /// For messages.
    let name: String
    private(set) var number = 0

    private let descriptor: Int32
    private var memory: UnsafeMutablePointer<UInt8>
    private var capacity = LineReader.piece * 2
    private var start = 0
    private var end = 0
    private var searched = 0
    private var isAtEnd = false

    /// - Parameter path: `-` is standard input.
    /// - Throws: `VerbFailure` with exit code 66 where the file cannot be read.
    init(_ path: String) throws {
        name = path == "-" ? "standard input" : path
        descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw VerbFailure(.noInput, "cannot read \(name): \(String(cString: strerror(errno)).lowercased())")
        }
        memory = .allocate(capacity: capacity + EventText.padding)
    }

    deinit {
        close(descriptor)
        memory.deallocate()
    }

    /// Whether all that has been read is handed over: the next line may be long in coming.
    var isDrained: Bool { start >= end && !isAtEnd }

    /// The next line that is not empty, without its end; nil at the end. It holds until the next call.
    func next() throws -> UnsafeBufferPointer<UInt8>? {
        while true {
            let line = try nextLine()
            guard let line else { return nil }
            number += 1
            if line.contains(where: { $0 > 0x20 }) { return line }
        }
    }

    private func nextLine() throws -> UnsafeBufferPointer<UInt8>? {
        while true {
            if searched < end, let found = memchr(memory + searched, 0x0A, end - searched) {
                let stop = UnsafeRawPointer(found) - UnsafeRawPointer(memory)
                defer {
                    start = stop + 1
                    searched = start
                }
                return UnsafeBufferPointer(start: memory + start, count: stop - start)
            }
            searched = end
            if isAtEnd {
                guard start < end else { return nil }
                defer { start = end }
                (memory + end).update(repeating: 0, count: EventText.padding)
                return UnsafeBufferPointer(start: memory + start, count: end - start)
            }
            try fill()
        }
    }

    private func fill() throws {
        if start > 0 {
            memmove(memory, memory + start, end - start)
            end -= start
            start = 0
            searched = end
        }
        guard end <= Self.longest else {
            throw VerbFailure(.badData, "\(name):\(number + 1): the line is longer than 64 MiB")
        }
        if capacity - end < Self.piece {
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2 + EventText.padding)
            memcpy(larger, memory, end)
            memory.deallocate()
            memory = larger
            capacity *= 2
        }
        let count = read(descriptor, memory + end, capacity - end)
        if count < 0 {
            if errno == EINTR { return }
            throw VerbFailure(.noInput, "cannot read \(name): \(String(cString: strerror(errno)).lowercased())")
        }
        isAtEnd = count == 0
        end += count
        // What lies behind the last line must be nothing that could go on with it.
        (memory + end).update(repeating: 0, count: EventText.padding)
    }
}

/// The lines of a file, all in memory.
final class LinesInMemory {
    let lines: [UnsafeBufferPointer<UInt8>]
    private let memory: UnsafeMutablePointer<UInt8>

    init(_ reader: LineReader) throws {
        var bytes: [UInt8] = []
        var ranges: [Range<Int>] = []
        while let line = try reader.next() {
            ranges.append(bytes.count..<bytes.count + line.count)
            bytes += line
            bytes.append(0x0A)
        }
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count + EventText.padding)
        memory.update(from: bytes, count: bytes.count)
        (memory + bytes.count).update(repeating: 0, count: EventText.padding)
        self.memory = memory
        lines = ranges.map { UnsafeBufferPointer(start: memory + $0.lowerBound, count: $0.count) }
    }

    deinit { memory.deallocate() }
}
