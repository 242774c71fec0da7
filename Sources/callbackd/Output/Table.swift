/// Rows in columns as wide as their widest cell.
struct Table {
    struct Cell {
        var text: String
        var style: Palette.Style?

        init(_ text: String, _ style: Palette.Style? = nil) {
            self.text = text.harmless
            self.style = style
        }
    }

    private let headings: [String]
    private var rows: [[Cell]] = []

    init(_ headings: String...) { self.headings = headings }

    mutating func add(_ cells: Cell...) { rows.append(cells) }

    /// The lines of the table; none where there are no rows.
    func lines(_ palette: Palette) -> [String] {
        guard !rows.isEmpty else { return [] }
        let widths = headings.indices.map { column in
            rows.reduce(headings[column].count) { max($0, $1[column].text.count) }
        }
        let heading = Self.line(headings.map { Cell($0) }, widths) { palette(.dim, $0.text) }
        return [heading]
            + rows.map { row in
                Self.line(row, widths) { cell in cell.style.map { palette($0, cell.text) } ?? cell.text }
            }
    }

    func print(_ palette: Palette) {
        let lines = lines(palette)
        if !lines.isEmpty { Terminal.print(lines.joined(separator: "\n")) }
    }

    /// Colour codes take no room, so the filling is counted on the bare text.
    private static func line(_ cells: [Cell], _ widths: [Int], _ styled: (Cell) -> String) -> String {
        let last = cells.lastIndex { !$0.text.isEmpty } ?? 0
        return cells.prefix(last + 1).enumerated().map { column, cell in
            let isLast = column == last
            return styled(cell) + (isLast ? "" : String(repeating: " ", count: widths[column] - cell.text.count))
        }.joined(separator: "  ")
    }
}
