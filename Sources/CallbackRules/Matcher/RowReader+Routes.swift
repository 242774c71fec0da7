import CallbackCore

extension RowReader {
    /// Whether a path is the event's type.
    @inline(__always)
    func isType(_ path: Int32) -> Bool { steps[Int(path)].attribute == .type }

    /// The value of a question; nil where it is no field of a row.
    @inline(__always)
    func value(_ question: UnsafePointer<RowRoute.Question>) -> UnsafePointer<JSONValue>? {
        guard question.pointee.object >= 0 else { return nil }
        return places[Int(question.pointee.object)].members?.advanced(by: Int(question.pointee.member))
            .pointer(to: \.value)
    }

    /// The way to the values of an event that lead to rules of a partition; nil where its fields must be looked up.
    @inline(__always)
    mutating func route(
        _ partition: UInt32, of event: UnsafePointer<EventView>, _ tables: UnsafePointer<MatcherTables>
    ) -> UnsafePointer<RowRoute>? {
        let known = routes + Int(partition)
        if let route = known.pointee[known.pointee.last], leads(route, through: event) { return route }
        return otherRoute(partition, of: event, tables)
    }

    private mutating func otherRoute(
        _ partition: UInt32, of event: UnsafePointer<EventView>, _ tables: UnsafePointer<MatcherTables>
    ) -> UnsafePointer<RowRoute>? {
        let known = routes + Int(partition)
        for number in 0..<known.pointee.count where number != known.pointee.last {
            guard let route = known.pointee[number], leads(route, through: event) else { continue }
            known.pointee.last = number
            return route
        }
        guard known.pointee.count < RowRoute.Known.most, let route = learn(partition, from: event, tables) else {
            return nil
        }
        // Learning may have made all routes forgotten, which were there before.
        known.pointee.add(route)
        return known.pointee[known.pointee.last]
    }

    /// Whether the objects of an event look like those of a route. What was compared is remembered.
    @inline(__always)
    private func leads(_ route: UnsafePointer<RowRoute>, through event: UnsafePointer<EventView>) -> Bool {
        var stop = route.pointee.stops
        let end = stop + route.pointee.stopCount
        while stop < end {
            let value: UnsafePointer<JSONValue>
            if stop.pointee.parent < 0 {
                guard let data = event.pointer(to: \.data) else { return false }
                value = data
            } else {
                guard
                    let field = places[Int(stop.pointee.parent)].members?.advanced(by: Int(stop.pointee.member))
                        .pointer(to: \.value)
                else { return false }
                value = field
            }
            guard enter(stop, value) else { return false }
            stop += 1
        }
        return true
    }

    @inline(__always)
    private func enter(_ stop: UnsafePointer<RowRoute.Stop>, _ value: UnsafePointer<JSONValue>) -> Bool {
        let place = places + Int(stop.pointee.object)
        let members = RowValue.members(value)
        guard stop.pointee.layout >= 0 else {
            guard members == nil, RowValue.kind(value) != .list else { return false }
            place.pointee.epoch = epoch
            place.pointee.members = nil
            return true
        }
        guard let members else { return false }
        let layout = memories[Int(stop.pointee.object)].layouts.start + Int(stop.pointee.layout)
        guard layout.pointee.fits(members, RowValue.memberCount(value)) else { return false }
        place.pointee = Place(
            epoch: epoch, layout: stop.pointee.layout, hasDots: false, members: members,
            indexes: layout.pointee.indexes)
        return true
    }

    // MARK: Learning

    /// The way through an event; nil where it cannot be told from the places of its fields alone.
    private mutating func learn(
        _ partition: UInt32, from event: UnsafePointer<EventView>, _ tables: UnsafePointer<MatcherTables>
    ) -> RowRoute? {
        var stops: [RowRoute.Stop] = []
        var questions: [RowRoute.Question] = []
        for number in partition > 0 ? [0, partition] : [0] {
            let own = tables.pointee.partitions.start[Int(number)]
            let first = tables.pointee.plans.start + Int(own.firstPlan)
            for plan in first..<first + Int(own.planCount) {
                let step = steps + Int(plan.pointee.path)
                guard step.pointee.parent >= 0 else {
                    guard step.pointee.attribute != nil else { continue }
                    questions.append(.init(plan: plan, object: -1, member: -1))
                    continue
                }
                guard visit(step.pointee.parent, of: event, &stops) else { return nil }
                guard let member = member(step) else { continue }
                questions.append(.init(plan: plan, object: step.pointee.parent, member: member))
            }
        }
        return RowRoute(stops, questions)
    }

    /// Adds an object and those above it.
    /// - Returns: false where its names do not tell everything about what lies below.
    private mutating func visit(
        _ object: Int32, of event: UnsafePointer<EventView>, _ stops: inout [RowRoute.Stop]
    ) -> Bool {
        if stops.contains(where: { $0.object == object }) { return true }
        let step = steps + pathCount + Int(object)
        let parent = step.pointee.parent
        if parent >= 0 {
            guard visit(parent, of: event, &stops) else { return false }
        }
        let place = places + Int(object)
        if place.pointee.epoch != epoch { find(object, in: event) }
        guard !needsWhole else { return false }
        guard place.pointee.members == nil || !place.pointee.hasDots else { return false }
        let layout = place.pointee.members == nil ? -1 : place.pointee.layout
        if parent < 0 {
            if step.pointee.isData { stops.append(.init(object: object, parent: -1, member: -1, layout: layout)) }
        } else if let member = member(step) {
            stops.append(.init(object: object, parent: parent, member: member, layout: layout))
        }
        return true
    }

    /// The number of a step's member in the object above it; nil where it is not there.
    private func member(_ step: UnsafePointer<Step>) -> Int32? {
        let place = places + Int(step.pointee.parent)
        guard place.pointee.members != nil, let indexes = place.pointee.indexes else { return nil }
        let member = indexes[Int(step.pointee.name)]
        return member >= 0 ? member : nil
    }
}
