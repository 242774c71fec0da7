import CallbackCore

extension RowReader {
    /// Whether a path is the event's type.
    @inline(__always)
    func isType(_ path: Int32) -> Bool { steps[Int(path)].attribute == .type }

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
            let value: UnsafePointer<JSONValue>?
            if let above = stop.pointee.above {
                value = above.pointee.members?.advanced(by: stop.pointee.member).pointer(to: \.value)
            } else {
                value = event.pointer(to: \.data)
            }
            guard let value, enter(stop, value) else { return false }
            stop += 1
        }
        return true
    }

    @inline(__always)
    private func enter(_ stop: UnsafePointer<RowRoute.Stop>, _ value: UnsafePointer<JSONValue>) -> Bool {
        let members = RowValue.members(value)
        guard let layout = stop.pointee.layout else {
            guard members == nil, RowValue.kind(value) != .list else { return false }
            stop.pointee.place.pointee.epoch = epoch
            stop.pointee.place.pointee.members = nil
            return true
        }
        guard let members, layout.fits(members, RowValue.memberCount(value)) else { return false }
        stop.pointee.place.pointee = Place(
            epoch: epoch, layout: stop.pointee.number, hasDots: false, members: members, indexes: layout.indexes)
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
                    questions.append(.init(plan: plan, place: nil, member: -1))
                    continue
                }
                guard visit(step.pointee.parent, of: event, &stops) else { return nil }
                guard let member = member(step) else { continue }
                questions.append(.init(plan: plan, place: places + Int(step.pointee.parent), member: Int(member)))
            }
        }
        return RowRoute(stops, questions)
    }

    /// Adds an object and those above it.
    /// - Returns: false where its names do not tell everything about what lies below.
    private mutating func visit(
        _ object: Int32, of event: UnsafePointer<EventView>, _ stops: inout [RowRoute.Stop]
    ) -> Bool {
        let place = places + Int(object)
        if stops.contains(where: { $0.place == place }) { return true }
        let step = steps + pathCount + Int(object)
        let parent = step.pointee.parent
        if parent >= 0 {
            guard visit(parent, of: event, &stops) else { return false }
        }
        if place.pointee.epoch != epoch { find(object, in: event) }
        guard !needsWhole else { return false }
        guard place.pointee.members == nil || !place.pointee.hasDots else { return false }
        let number = place.pointee.layout
        let layout = place.pointee.members == nil ? nil : memories[Int(object)].layouts[Int(number)]
        if parent < 0 {
            guard step.pointee.isData else { return true }
            stops.append(.init(place: place, above: nil, member: -1, layout: layout, number: number))
        } else if let member = member(step) {
            stops.append(
                .init(
                    place: place, above: places + Int(parent), member: Int(member), layout: layout, number: number))
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
