import GRDB

/// An app as packets name it: `<package><name>name</name><value>WordPress</value></package>`.
enum AppPackage {
    static let grammar: PacketGrammar = .sequence([
        .required("name", .word(["name", "url"]), "Which property the value is: the app's name, or its URL"),
        .required("value", .name, "The name or the URL of the app"),
    ])

    /// The apps that a packet names.
    ///
    /// - Throws: 1013 for a name that is in no catalogue. URLs cannot be judged, as the catalogue holds none.
    static func all(in node: PacketNode, known db: Database) throws -> [AppFilter.App] {
        try node.children(named: "package").map { package in
            let app = AppFilter.App(property: package.string("name") ?? "", value: package.string("value") ?? "")
            if app.property == "name" {
                guard try db.exists("smb_apsPackages WHERE name = ?", arguments: [app.value]) else {
                    throw PacketError(.unknownObject, "There is no app with name \"\(app.value)\"")
                }
            }
            return app
        }
    }
}
