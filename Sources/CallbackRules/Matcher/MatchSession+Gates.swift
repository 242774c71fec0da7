/// From a value of the event to the gates that it opens.
extension MatchSession {
    /// A gate leads to clauses that may read more of a row, and leaves move when their memory grows: no pointer to one
    /// is kept beyond a gate.
    @inline(__always)
    func follow(_ plan: UnsafePointer<PathPlan>, _ leaf: Int32) {
        let (kind, number) = (value(leaf).pointee.kind, value(leaf).pointee.number)
        let text = value(leaf).pointee.text
        let kinds = plan.pointee.kinds
        let salt = plan.pointee.salt
        if kinds & PathPlan.exact != 0 { open(.exact, Gate.hash(of: value(leaf)), salt) }
        if kinds & PathPlan.any != 0 { open(.any, 0, salt) }
        switch kind {
        case .string:
            guard kinds & PathPlan.inside != 0, let bytes = text.baseAddress else { return }
            followText(plan, bytes, text.count)
            guard plan.pointee.hasAddresses, let address = IPAddress(text) else { return }
            UnsafeMutablePointer(mutating: value(leaf)).pointee.remember(address)
            followAddress(plan, address)
        case .number: if kinds & PathPlan.range != 0 { openRanges(plan.pointee.tree, number) }
        case .null, .no, .yes, .longNumber: break
        }
    }

    @inline(__always)
    func open(_ kind: Gate.Kind, _ hash: UInt64, _ salt: UInt64) {
        let key = Gate.key(kind, hash, salt: salt)
        if tables.gates.mayHave(key) { open(key) }
    }

    @inline(never)
    func open(_ key: UInt64) {
        let slot = tables.gates.find(key)
        guard slot >= 0 else { return }
        if !leaves.pointee.isFlat {
            if runEpochs[slot] == epoch { return }
            runEpochs[slot] = epoch
        }
        let run = tables.gates.run(at: slot)
        check(tables.gates.programs.start + Int(run.start), Int(run.count))
    }

    func openRanges(_ tree: Int32, _ number: Double) {
        tables.ranges.visit(tree: Int(tree), number) { node, start, end in
            if !leaves.pointee.isFlat {
                let stamp = runEpochs + tables.gates.slotCount + node
                if stamp.pointee == epoch { return }
                stamp.pointee = epoch
            }
            check(tables.ranges.programs.start + Int(start), Int(end - start))
        }
    }

    @inline(__always)
    func followText(_ plan: UnsafePointer<PathPlan>, _ bytes: UnsafePointer<UInt8>, _ length: Int) {
        let salt = plan.pointee.salt
        if plan.pointee.kinds & PathPlan.caseless != 0 { followCaseless(plan, bytes, length) }
        if tables.stems.mayBegin(bytes, length, plan.pointee.prefixStems) {
            followPrefixes(plan.pointee.prefixes, bytes, length, salt)
        }
        if tables.stems.mayEnd(bytes, length, plan.pointee.suffixStems) {
            followSuffixes(plan.pointee.suffixes, bytes, length, salt)
        }
        if plan.pointee.grams != 0 { followGrams(plan.pointee.grams, bytes, length, salt) }
    }

    func followPrefixes(_ lengths: UInt64, _ bytes: UnsafePointer<UInt8>, _ length: Int, _ salt: UInt64) {
        var lengths = lengths
        while lengths != 0 {
            let size = lengths.trailingZeroBitCount + 1
            if size > length { break }
            open(.prefix, ByteHash.hash(bytes, size), salt)
            lengths &= lengths &- 1
        }
    }

    func followSuffixes(_ lengths: UInt64, _ bytes: UnsafePointer<UInt8>, _ length: Int, _ salt: UInt64) {
        var lengths = lengths
        while lengths != 0 {
            let size = lengths.trailingZeroBitCount + 1
            if size > length { break }
            open(.suffix, ByteHash.hash(bytes + (length - size), size), salt)
            lengths &= lengths &- 1
        }
    }

    func followGrams(_ sizes: UInt8, _ bytes: UnsafePointer<UInt8>, _ length: Int, _ salt: UInt64) {
        var sizes = sizes
        while sizes != 0 {
            let size = PathPlan.gramSize(bit: sizes.trailingZeroBitCount)
            sizes &= sizes &- 1
            guard size <= length else { continue }
            for start in 0...(length - size) {
                open(.gram, ByteHash.hash(bytes + start, size), salt)
            }
        }
    }

    func followAddress(_ plan: UnsafePointer<PathPlan>, _ address: IPAddress) {
        let salt = plan.pointee.salt
        func open(_ set: UInt64, _ offset: Int) {
            var set = set
            while set != 0 {
                let bits = set.trailingZeroBitCount + offset
                self.open(.address, ByteHash.hash(address.network(bits: bits), bits: bits), salt)
                set &= set &- 1
            }
        }
        if address.isVersion4 { return open(plan.pointee.networks4, 0) }
        open(plan.pointee.networks6Low, 0)
        open(plan.pointee.networks6High, 64)
        if plan.pointee.hasSingle6 { open(1, 128) }
    }

    func followCaseless(_ plan: UnsafePointer<PathPlan>, _ bytes: UnsafePointer<UInt8>, _ length: Int) {
        let hash =
            ByteHash.foldedHash(bytes, length)
            ?? ByteHash.hash(CaselessText.fold(UnsafeBufferPointer(start: bytes, count: length)))
        open(.caseless, hash, plan.pointee.salt)
    }
}
