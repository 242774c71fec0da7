/// Bytes as people read them and as the configuration writes them: `512B`, `1.5GiB`.
package enum ByteCount {
    package static func words(_ bytes: Int64) -> String {
        var tenths = bytes.multipliedReportingOverflow(by: 10).partialValue
        var unit = 0
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        while tenths >= 10_240, unit < units.count - 1 {
            tenths /= 1024
            unit += 1
        }
        let rest = tenths % 10
        return "\(tenths / 10)" + (rest == 0 || unit == 0 ? "" : ".\(rest)") + units[unit]
    }
}
