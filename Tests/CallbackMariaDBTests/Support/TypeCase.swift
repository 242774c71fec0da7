import Testing

/// A column type with values that try its edges, as SQL.
struct TypeCase: Sendable, CustomTestStringConvertible {
    /// How the event's value is compared with what the server says of the row.
    enum Comparison: Sendable {
        /// An integer, or a decimal text where JSON cannot hold it.
        case number
        case real
        /// A FLOAT: the server prints six digits of it, and CAST shows the digits that it has as a DOUBLE.
        case single
        /// What CAST(… AS CHAR) says.
        case text
        /// Bytes, as base 64.
        case bytes
    }

    let type: String
    let comparison: Comparison
    let values: [String]

    init(_ type: String, _ comparison: Comparison, _ values: String...) {
        self.type = type
        self.comparison = comparison
        self.values = values
    }

    var testDescription: String { type }

    /// What the server is asked for, so that the answer can be compared.
    func question(_ column: String) -> String {
        switch comparison {
        case .number: "CAST(\(column) + 0 AS CHAR)"
        case .real: "CAST(\(column) AS CHAR)"
        case .single: "CAST(CAST(\(column) AS DOUBLE) AS CHAR)"
        case .text: "HEX(CONVERT(CAST(\(column) AS CHAR CHARACTER SET utf8mb4) USING utf8mb4))"
        case .bytes: "TO_BASE64(\(column))"
        }
    }

    static let all: [TypeCase] = [
        TypeCase("TINYINT", .number, "-128", "127", "0", "-1"),
        TypeCase("TINYINT UNSIGNED", .number, "0", "255", "128"),
        TypeCase("BOOLEAN", .number, "TRUE", "FALSE"),
        TypeCase("SMALLINT", .number, "-32768", "32767", "-1"),
        TypeCase("SMALLINT UNSIGNED", .number, "65535", "32768"),
        TypeCase("MEDIUMINT", .number, "-8388608", "8388607", "-1"),
        TypeCase("MEDIUMINT UNSIGNED", .number, "16777215", "8388608"),
        TypeCase("INT", .number, "-2147483648", "2147483647", "-1"),
        TypeCase("INT UNSIGNED", .number, "4294967295", "2147483648"),
        TypeCase("INT(5) UNSIGNED ZEROFILL", .number, "42"),
        TypeCase("BIGINT", .number, "-9223372036854775808", "9223372036854775807", "9007199254740993", "-1"),
        TypeCase(
            "BIGINT UNSIGNED", .number, "18446744073709551615", "9223372036854775808", "9223372036854775807", "1"),
        TypeCase("YEAR", .number, "0", "1901", "2155", "1970"),
        TypeCase("BIT(1)", .number, "b'1'", "b'0'"),
        TypeCase("BIT(10)", .number, "b'1000000001'"),
        TypeCase("BIT(64)", .number, "b'1'", "~0"),
        TypeCase("FLOAT", .single, "0.1", "-1.5", "0", "3.40282e38", "1.17549e-38", "16777216"),
        TypeCase("DOUBLE", .real, "0.1", "-1.7976931348623157e308", "2.2250738585072014e-308", "0"),
        TypeCase("DECIMAL(1,0)", .text, "-9", "0", "9"),
        TypeCase("DECIMAL(10,2)", .text, "0", "-0.01", "0.01", "99999999.99", "-99999999.99", "12.5"),
        TypeCase("DECIMAL(9,9)", .text, "0.123456789", "-0.999999999", "0"),
        TypeCase("DECIMAL(20,5) UNSIGNED", .text, "0", "999999999999999.99999"),
        TypeCase(
            "DECIMAL(65,30)", .text, "0", "-0.000000000000000000000000000001",
            "99999999999999999999999999999999999.999999999999999999999999999999",
            "-99999999999999999999999999999999999.999999999999999999999999999999", "1"),
        TypeCase("DECIMAL(65,0)", .text, "-99999999999999999999999999999999999999999999999999999999999999999"),
        TypeCase("DATE", .text, "'0000-00-00'", "'1000-01-01'", "'9999-12-31'", "'2024-02-29'", "'2024-00-00'"),
        TypeCase("TIME", .text, "'-838:59:59'", "'838:59:59'", "'00:00:00'", "'-00:00:01'", "'23:59:59'"),
        TypeCase("TIME(1)", .text, "'-838:59:59.9'", "'-00:00:00.1'", "'12:00:00.5'", "'-01:00:00'"),
        TypeCase("TIME(3)", .text, "'-00:00:00.001'", "'838:59:59.999'", "'-12:30:00.5'", "'-00:00:59.999'"),
        TypeCase("TIME(6)", .text, "'-838:59:59.999999'", "'-00:00:00.000001'", "'00:00:00.000001'", "'-10:00:00'"),
        TypeCase("DATETIME", .text, "'0000-00-00 00:00:00'", "'1000-01-01 00:00:00'", "'9999-12-31 23:59:59'"),
        TypeCase("DATETIME(2)", .text, "'2026-11-30 12:00:00.99'", "'0001-01-01 00:00:00.01'"),
        TypeCase("DATETIME(4)", .text, "'2026-11-30 12:00:00.9999'"),
        TypeCase("DATETIME(6)", .text, "'9999-12-31 23:59:59.999999'", "'2026-01-01 00:00:00.000001'"),
        TypeCase(
            "TIMESTAMP NULL", .text, "'1970-01-01 00:00:01'", "'2038-01-19 03:14:07'", "'2000-02-29 23:59:59'", "0"),
        TypeCase("TIMESTAMP(3) NULL", .text, "'2026-11-30 12:00:00.123'", "'1970-01-01 00:00:01.001'"),
        TypeCase("TIMESTAMP(6) NULL", .text, "'2026-11-30 12:00:00.123456'", "'2038-01-19 03:14:07.999999'"),
        TypeCase("CHAR(10)", .text, "'a'", "''", "'äöü€'", "'ab  '", "'😀😀😀😀😀😀😀😀😀😀'"),
        TypeCase("CHAR(255)", .text, "REPEAT('ä', 255)", "'x'"),
        TypeCase("VARCHAR(10)", .text, "'a'", "''", "'äöü€'", "'ab  '"),
        TypeCase("VARCHAR(1000)", .text, "REPEAT('€', 1000)", "'x'"),
        TypeCase("VARCHAR(60) CHARACTER SET latin1", .text, "'äöü€ÿ'", "''", "'plain'"),
        TypeCase("CHAR(20) CHARACTER SET latin2", .text, "'łódź'", "'plain'"),
        TypeCase("VARCHAR(20) CHARACTER SET ascii", .text, "'plain'"),
        TypeCase("VARCHAR(20) CHARACTER SET cp1251", .text, "'Привет'"),
        TypeCase("VARCHAR(20) CHARACTER SET koi8r", .text, "'Привет'"),
        TypeCase("VARCHAR(20) CHARACTER SET greek", .text, "'Ελλάς'"),
        TypeCase("VARCHAR(20) CHARACTER SET utf8mb3", .text, "'äöü€'"),
        TypeCase("VARCHAR(20) CHARACTER SET utf16", .text, "'äöü€😀'"),
        TypeCase("VARCHAR(20) CHARACTER SET utf16le", .text, "'äöü€😀'"),
        TypeCase("CHAR(20) CHARACTER SET ucs2", .text, "'äöü€'", "'x'"),
        TypeCase("VARCHAR(20) CHARACTER SET utf32", .text, "'äöü€😀'"),
        TypeCase("VARCHAR(20) CHARACTER SET sjis", .text, "'日本語'"),
        TypeCase("VARCHAR(20) CHARACTER SET ujis", .text, "'日本語'"),
        TypeCase("VARCHAR(20) CHARACTER SET gbk", .text, "'中文'"),
        TypeCase("VARCHAR(20) CHARACTER SET big5", .text, "'中文'"),
        TypeCase("VARCHAR(20) CHARACTER SET euckr", .text, "'한국어'"),
        TypeCase("VARCHAR(20) COLLATE utf8mb4_uca1400_ai_ci", .text, "'äöü'"),
        TypeCase("VARCHAR(20) COLLATE utf8mb4_nopad_bin", .text, "'äöü '"),
        TypeCase("TINYTEXT", .text, "'a'", "''", "REPEAT('x', 255)"),
        TypeCase("TEXT", .text, "'äöü€'", "REPEAT('y', 65535)"),
        TypeCase("MEDIUMTEXT", .text, "REPEAT('z', 70000)"),
        TypeCase("LONGTEXT", .text, "'long'", "REPEAT('ä', 100000)"),
        TypeCase("JSON", .text, "'{\"a\": [1, \"ä\", null]}'"),
        TypeCase("BINARY(6)", .bytes, "x'616200000000'", "x'000000000000'", "x'ffffffffffff'", "'ab'", "x'20'"),
        TypeCase("BINARY(255)", .bytes, "x'01'"),
        TypeCase("VARBINARY(10)", .bytes, "x'00ff00'", "''", "x'0000'"),
        TypeCase("VARBINARY(300)", .bytes, "REPEAT(x'ff', 300)"),
        TypeCase("TINYBLOB", .bytes, "x'00ff'", "''"),
        TypeCase("BLOB", .bytes, "x'00ff'", "REPEAT(x'00', 40)"),
        TypeCase("MEDIUMBLOB", .bytes, "x'00ff'"),
        TypeCase("LONGBLOB", .bytes, "x'00ff'"),
        TypeCase("ENUM('small','größer','it''s','a,b','back\\\\slash')", .text, "1", "2", "3", "4", "5"),
        TypeCase("ENUM('ä','b') CHARACTER SET latin1", .text, "1", "2"),
        TypeCase("SET('a','ü','c')", .text, "''", "'a'", "'a,ü'", "7"),
        TypeCase(
            "SET('1','2','3','4','5','6','7','8','9','10','11','12','13','14','15','16','17','18','19','20','21','22',"
                + "'23','24','25','26','27','28','29','30','31','32','33','34','35','36','37','38','39','40','41','42',"
                + "'43','44','45','46','47','48','49','50','51','52','53','54','55','56','57','58','59','60','61','62',"
                + "'63','64')", .text, "'64'", "'1,33,64'"),
        TypeCase(
            "UUID", .text, "'01234567-89ab-1def-8123-456789abcdef'", "'01234567-89ab-7def-8123-456789abcd00'",
            "'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"),
        TypeCase("INET4", .text, "'1.2.3.4'", "'0.0.0.0'", "'255.255.255.255'", "'10.0.0.0'"),
        TypeCase(
            "INET6", .text, "'2001:db8::1'", "'::'", "'::1'", "'::ffff:1.2.3.4'", "'::1.2.3.4'",
            "'2001:db8:0:1:1:1:1:1'", "'fe80::'", "'1:0:0:2:0:0:0:3'"),
        TypeCase("GEOMETRY", .bytes, "POINT(1, 2)"),
        TypeCase("POINT", .bytes, "POINT(-1.5, 2)"),
        TypeCase("LINESTRING", .bytes, "LINESTRING(POINT(0, 0), POINT(1, 1))"),
        TypeCase("TEXT COMPRESSED", .text, "REPEAT('ä', 5000)", "'short'", "''"),
        TypeCase("VARCHAR(2000) COMPRESSED", .text, "REPEAT('ä', 1500)", "'short'", "''"),
        TypeCase("BLOB COMPRESSED", .bytes, "REPEAT(x'00ff', 40)", "REPEAT(x'00ff', 1000)"),
        TypeCase("INT AS (id * 2) VIRTUAL", .number),
        TypeCase("INT AS (id * 2) STORED", .number),
    ]
}
