import GRDB

/// The figures of domains: what the panel's tables tell is counted, and what this panel does not have is zero.
enum DomainStatistics {
    private static func count(_ name: String, _ summary: String) -> PacketGrammar.Part {
        .required(name, .integer, summary)
    }

    private static func zero(_ name: String, _ what: String) -> PacketGrammar.Part {
        .required(name, .integer, "\(what); zero, as this panel has none")
    }

    private static let traffic = PacketGrammar.Part.required(
        "traffic", .integer, "Traffic of the month, in bytes; zero, as this panel measures none")
    private static let trafficOfYesterday = PacketGrammar.Part.required(
        "traffic_prevday", .integer, "Traffic of the day before, in bytes; zero, as this panel measures none")

    private static let domainFigures = [
        traffic, count("subdom", "Subdomains"),
        zero("wu", "Web users"), zero("box", "Mailboxes"), zero("redir", "Mail redirects"),
        zero("mg", "Mail groups"), zero("resp", "Mail autoresponders"), zero("maillists", "Mailing lists"),
        zero("db", "Databases"), zero("mssql_db", "Databases of Microsoft SQL Server"),
        zero("webapps", "Web applications"), trafficOfYesterday, count("domains", "Domains, subdomains aside"),
        count("sites", "Domains and subdomains"),
    ]

    private static let customerFigures = [
        count("active_domains", "Domains that are active"), count("subdomains", "Subdomains"),
        count("disk_space", "What the domains use, in bytes"), zero("email_postboxes", "Mailboxes"),
        zero("email_redirects", "Mail redirects"), zero("email_response_messages", "Mail autoresponders"),
        zero("mailing_lists", "Mailing lists"), zero("databases", "Databases"),
        traffic, trafficOfYesterday,
    ]

    private static let areas = [
        ("httpdocs", "Pages"), ("httpsdocs", "Pages for HTTPS"), ("subdomains", "Pages of subdomains"),
        ("anonftp", "Anonymous FTP"), ("logs", "Logs"), ("dbases", "Databases"), ("mailboxes", "Mailboxes"),
        ("maillists", "Mailing lists"), ("domaindumps", "Backups"), ("configs", "Configuration"),
        ("chroot", "The closed environment"),
    ].map { PacketGrammar.Part.required($0.0, .integer, "\($0.1), in bytes; zero, as this panel measures none") }

    /// `stat` of a subscription or site.
    static let ofDomain = PacketGrammar.Part.optional("stat", .sequence(domainFigures), "How much there is of what")
    /// `stat` of a customer.
    static let ofCustomer = PacketGrammar.Part.optional("stat", .sequence(customerFigures), "How much there is of what")
    static let diskUsage = PacketGrammar.Part.optional("disk_usage", .sequence(areas), "Use of the disk")

    static var diskUsageNode: PacketNode { node("disk_usage", areas, [:]) }

    /// - Parameter domain: the main domain of a subscription, of which all is counted, or another, with what is below it.
    static func node(ofDomain domain: DomainRow, in db: Database) throws -> PacketNode {
        let below = try Webspace.subdomains(of: domain.id, in: db).count
        var counts = ["subdom": below, "domains": 1, "sites": 1 + below]
        if domain.webspace == 0 {
            let request = SQLRequest<Row>(
                sql: "SELECT count(*), coalesce(sum(parentDomainId <> 0), 0) FROM domains WHERE webspace_id = ?",
                arguments: [domain.id], cached: true)
            if let row = try request.fetchOne(db) {
                let (further, subdomains): (Int, Int) = (row[0], row[1])
                counts = ["subdom": subdomains, "domains": 1 + further - subdomains, "sites": 1 + further]
            }
        }
        return node("stat", domainFigures, counts)
    }

    static func node(ofCustomer customer: Int64, in db: Database) throws -> PacketNode {
        let request = SQLRequest<Row>(
            sql: """
                SELECT coalesce(sum(status = 0), 0), coalesce(sum(parentDomainId <> 0), 0), coalesce(sum(real_size), 0)
                FROM domains WHERE cl_id = ?
                """, arguments: [customer], cached: true)
        var counts: [String: Int] = [:]
        if let row = try request.fetchOne(db) {
            counts = ["active_domains": row[0], "subdomains": row[1], "disk_space": row[2]]
        }
        return node("stat", customerFigures, counts)
    }

    private static func node(_ name: String, _ figures: [PacketGrammar.Part], _ counts: [String: Int]) -> PacketNode {
        PacketNode(
            name,
            children: figures.flatMap(\.elements).map { PacketNode($0.name, text: String(counts[$0.name] ?? 0)) })
    }
}
