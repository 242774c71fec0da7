import CallbackCore

/// The way through rows of one shape to the values that lead to rules of a partition. Rows of one table have their fields
/// at the same places: where a field is, and whether it is there, is found once and not for each event.
struct RowRoute: BitwiseCopyable {
    /// An object that must look as it did when the route was learnt.
    struct Stop: BitwiseCopyable {
        let place: UnsafeMutablePointer<RowReader.Place>
        /// The object above, and the number of the member in it; nil where it is `data` of the event.
        let above: UnsafeMutablePointer<RowReader.Place>?
        let member: Int
        /// Its layout; nil where no object stands there, and no list.
        let layout: RowLayout?
        /// The number of the layout.
        let number: Int32
    }

    /// A value, and what it is asked.
    struct Question: BitwiseCopyable {
        let plan: UnsafePointer<PathPlan>
        /// The object, and the number of the member in it; nil where it is an attribute of the event.
        let place: UnsafeMutablePointer<RowReader.Place>?
        let member: Int

        /// The value; nil where it is no field of a row.
        @inline(__always)
        var value: UnsafePointer<JSONValue>? {
            place?.pointee.members?.advanced(by: member).pointer(to: \.value)
        }
    }

    let stops: UnsafeMutablePointer<Stop>
    let stopCount: Int
    let questions: UnsafeMutablePointer<Question>
    let questionCount: Int

    init(_ stops: [Stop], _ questions: [Question]) {
        self.stops = .allocate(capacity: max(stops.count, 1))
        self.stops.initialize(from: stops, count: stops.count)
        stopCount = stops.count
        self.questions = .allocate(capacity: max(questions.count, 1))
        self.questions.initialize(from: questions, count: questions.count)
        questionCount = questions.count
    }

    func free() {
        stops.deallocate()
        questions.deallocate()
    }

    /// The routes that the rows of a partition took.
    struct Known: BitwiseCopyable {
        /// Rows of more shapes have each field looked up.
        static let most = 8

        /// Nil where none was learnt.
        private var start: UnsafeMutablePointer<RowRoute>?
        private(set) var count = 0
        /// The one that was taken last.
        var last = 0

        subscript(number: Int) -> UnsafePointer<RowRoute>? { start.map { UnsafePointer($0 + number) } }

        mutating func add(_ route: RowRoute) {
            let start = start ?? .allocate(capacity: Self.most)
            self.start = start
            (start + count).initialize(to: route)
            last = count
            count += 1
        }

        mutating func forget() {
            guard let start else { return }
            for number in 0..<count { start[number].free() }
            start.deallocate()
            self = Known()
        }
    }
}
