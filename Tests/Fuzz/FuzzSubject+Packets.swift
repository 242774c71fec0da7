import PanelKit

extension FuzzSubject {
    /// Packets: refused with 1014 or 1005 and changing nothing, or carried out with a status for everything that was
    /// asked; and what is answered can be read again as it was meant.
    static let packets = FuzzSubject(
        name: "packets",
        seeds: {
            try Repository.files(below: "Tests/PanelKitTests/Golden", ending: ".request.xml")
                + Repository.lines("Tests/PanelKitTests/Fixtures/client-requests.jsonl")
        },
        tokens: [
            "<packet>", "</packet>", "<packet version=\"1.6.9.1\">", "<packet version=\"100.0.0\">", "<filter>",
            "</filter>",
            "<filter/>", "<all/>", "<id>", "</id>", "<name>", "</name>", "<value>", "</value>", "<add>", "</add>",
            "<get>",
            "</get>", "<set>", "</set>", "<del>", "</del>", "<service-plan>", "<service_plan>", "</service-plan>",
            "<dataset>",
            "<gen_info/>", "&amp;", "&lt;", "&#0;", "&#xD800;", "&#160;", "&undefined;", "<![CDATA[", "]]>", "<!--",
            "-->", "<?xml",
            "?>", "<!DOCTYPE p [<!ENTITY a 'b'>]>", "\u{A0}", "\u{FEFF}", "xmlns:a=\"b\"", "a:", "0", "-1", "1234",
            "9223372036854775807", "9223372036854775808", "true", "perhaps", "base_plan", "JDoe",
            "aps_bundle_filter_id", "--",
            "'; DROP TABLE clients; --",
        ],
        check: { input in FuzzPanel.shared.check(input) }
    )
}
