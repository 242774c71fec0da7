import CallbackCore
import CallbackStore

/// What waits by age, for a person: numbers to the right, nothing where there is nothing.
struct ShapeView {
    let shape: QueueShape
    let palette: Palette

    var lines: [String] {
        let rows = [shape.sum] + shape.rows
        let names = [shape.grouping.rawValue.uppercased()] + rows.map(\.name.harmless)
        let columns =
            [["TOTAL"] + rows.map { "\($0.total)" }]
            + headings.enumerated().map { index, heading in
                [heading] + rows.map { $0.counts[index] == 0 ? "." : "\($0.counts[index])" }
            }
        let width = names.reduce(0) { max($0, $1.count) }
        return names.indices.map { row in
            let cells = columns.map { column -> String in
                let widest = column.reduce(0) { max($0, $1.count) }
                return String(repeating: " ", count: widest - column[row].count) + column[row]
            }
            let name = names[row].padded(to: width)
            let style: Palette.Style? = row == 0 ? .dim : row == 1 ? .bold : nil
            let line = ([name] + cells).joined(separator: "  ")
            return style.map { palette($0, line) } ?? line
        }
    }

    /// Each column holds what is younger than its heading and not younger than the one before.
    private var headings: [String] {
        QueueShape.limits.map { "<\(Self.words($0))" } + [QueueShape.limits.last.map { "\(Self.words($0))+" } ?? "all"]
    }

    private static func words(_ duration: Duration) -> String {
        let seconds = duration.milliseconds / 1000
        for (unit, length) in [("d", Int64(86_400)), ("h", 3600), ("m", 60)] where seconds % length == 0 {
            return "\(seconds / length)\(unit)"
        }
        return "\(seconds)s"
    }
}
