import CallbackCore

/// An event in memory: where its shape is known, its values are asked where they stand, and only what opens a gate
/// becomes a leaf.
extension MatchSession {
    func evaluateRow(_ event: UnsafePointer<EventView>) {
        guard let partition = partition(of: event) else { return evaluate() }
        guard let route = state.pointee.rows.route(partition, of: event, shared) else {
            run(0)
            if partition > 0 { run(partition) }
            return
        }
        checkAlways(0)
        if partition > 0 { checkAlways(partition) }
        var question = UnsafePointer(route.pointee.questions)
        let end = question + route.pointee.questionCount
        while question < end {
            if let value = question.pointee.value {
                ask(value, question.pointee.plan)
            } else {
                askLeaves(question.pointee.plan)
            }
            question += 1
        }
    }

    /// The partition of an event; nil where it may be in several.
    @inline(__always)
    private func partition(of event: UnsafePointer<EventView>) -> UInt32? {
        let path = tables.partitioning.path
        guard path >= 0 else { return 0 }
        if state.pointee.rows.isType(path) {
            let text = RowValue.type(event)
            if text.count >= 0 { return tables.partitioning.partition(of: text, tables.tests) }
        }
        let leaf = first(of: path)
        guard leaf >= 0 else { return 0 }
        return value(leaf).pointee.next < 0 ? tables.partitioning.partition(of: value(leaf), tables.tests) : nil
    }

    // MARK: Questions

    @inline(__always)
    private func ask(_ value: UnsafePointer<JSONValue>, _ plan: UnsafePointer<PathPlan>) {
        switch RowValue.kind(value) {
        case .list: askList(value, plan)
        case .object: return
        case let kind: ask(value, kind, plan)
        }
    }

    private func askList(_ list: UnsafePointer<JSONValue>, _ plan: UnsafePointer<PathPlan>) {
        guard let elements = RowValue.elements(list) else { return }
        for index in 0..<RowValue.elementCount(list) {
            switch RowValue.kind(elements + index) {
            case .list, .object: state.pointee.rows.needsWhole = true
            case let kind: ask(elements + index, kind, plan)
            }
        }
    }

    /// Asks a single value.
    @inline(__always)
    private func ask(_ value: UnsafePointer<JSONValue>, _ kind: RowValue.Kind, _ plan: UnsafePointer<PathPlan>) {
        switch kind {
        case .string: ask(RowValue.text(value), plan)
        case .integer:
            let number = RowValue.integer(value)
            guard number.magnitude <= ExactNumber.exactLimit else { return askLeaves(plan) }
            ask(Double(number), plan)
        case .double:
            let number = RowValue.double(value)
            ask(number == 0 ? 0 : number, plan)
        case .null: askHash(Gate.null, plan)
        case .yes: askHash(Gate.yes, plan)
        case .no: askHash(Gate.no, plan)
        case .list, .object: return
        }
    }

    @inline(__always)
    private func ask(_ number: Double, _ plan: UnsafePointer<PathPlan>) {
        askHash(Gate.hash(number), plan)
        if plan.pointee.kinds & PathPlan.range != 0 { openRanges(plan.pointee.tree, number) }
    }

    @inline(__always)
    private func ask(_ text: RowValue.Text, _ plan: UnsafePointer<PathPlan>) {
        guard text.count >= 0 else { return askLeaves(plan) }
        if plan.pointee.kinds & (PathPlan.exact | PathPlan.any) != 0 { askHash(text.hash, plan) }
        if plan.pointee.kinds & PathPlan.inside != 0 { askInside(text, plan) }
    }

    /// A text is written where it can be looked through only if one of its ends is as rules want it.
    private func askInside(_ text: RowValue.Text, _ plan: UnsafePointer<PathPlan>) {
        let mayBegin = tables.stems.mayBegin(text, plan.pointee.prefixStems)
        let mayEnd = tables.stems.mayEnd(text, plan.pointee.suffixStems)
        guard mayBegin || mayEnd || plan.pointee.kinds & PathPlan.through != 0 else {
            guard plan.pointee.kinds & PathPlan.caseless != 0 else { return }
            if let hash = text.foldedHash { return open(.caseless, hash, plan.pointee.salt) }
            return followCaseless(plan, leaves.pointee.keep(text), text.count)
        }
        let bytes = leaves.pointee.keep(text)
        if plan.pointee.kinds & PathPlan.caseless != 0 { followCaseless(plan, bytes, text.count) }
        if mayBegin { followPrefixes(plan.pointee.prefixes, bytes, text.count, plan.pointee.salt) }
        if mayEnd { followSuffixes(plan.pointee.suffixes, bytes, text.count, plan.pointee.salt) }
        if plan.pointee.grams != 0 { followGrams(plan.pointee.grams, bytes, text.count, plan.pointee.salt) }
        guard plan.pointee.hasAddresses,
            let address = IPAddress(UnsafeBufferPointer(start: bytes, count: text.count))
        else { return }
        followAddress(plan, address)
    }

    @inline(__always)
    private func askHash(_ hash: UInt64, _ plan: UnsafePointer<PathPlan>) {
        if plan.pointee.kinds & PathPlan.exact != 0 { open(.exact, hash, plan.pointee.salt) }
        if plan.pointee.kinds & PathPlan.any != 0 { open(.any, 0, plan.pointee.salt) }
    }
}
