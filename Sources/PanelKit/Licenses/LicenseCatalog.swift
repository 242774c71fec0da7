/// What can be ordered, and with which parameters.
package enum LicenseCatalog {
    /// Every orderable product, in the order in which they are listed.
    package static let products: [LicenseProduct] = [
        LicenseProduct(.plesk, "PLESK-10-VPS", .plesk10),
        LicenseProduct(.plesk, "PLESK-10-DEDICATED", .plesk10),
        LicenseProduct(.plesk, "PLESK-12-VPS", .plesk12),
        LicenseProduct(.plesk, "PLESK-12-DEDICATED", .plesk12),
        LicenseProduct(.cpanel, "CPANEL-VPS"),
        LicenseProduct(.cpanel, "CPANEL-DEDICATED"),
        LicenseProduct(.virtuozzo, "VIRTUOZZO-10"),
    ]

    /// The orderable products of a kind; all of them without one.
    package static func products(of kind: LicenseKind?) -> [LicenseProduct] {
        products.filter { kind == nil || $0.kind == kind }
    }

    /// The parameters of an order beside its product, in the documented order.
    package static func parameters(of product: LicenseProduct) -> [LicenseParameter] {
        switch product.kind {
        case .plesk:
            [title, comment, period, os(needed: product.generation == .plesk10)] + options
        case .cpanel:
            [title, comment, LicenseParameter("serverIP", .address), period, addons, os(needed: false)]
        case .virtuozzo:
            [title, comment, period, os(needed: true)]
        }
    }

    /// What of a licence can be edited.
    static let editable = [title, comment]

    private static let title = LicenseParameter("title", .text(blank: false))
    private static let comment = LicenseParameter("comment", .text(blank: true), none: "")

    private static let period = LicenseParameter(
        "period", .choice(["1", "3", "6", "12", "24", "36"].map { ($0, nil) }))

    private static let addons = LicenseParameter(
        "addons",
        .several(["FANTASTICO", "INSTALLATRON", "SOFTACULOUS", "WHMXTRA", "WHMSONIC", "CLOUDLINUX", "KERNELCARE"]),
        none: "", isOptional: true
    )

    /// Options of the kind Plesk: stored together, `0` meaning none.
    static let options: [LicenseParameter] = [
        LicenseParameter(
            "WPBSites", .choice([("0", nil), ("10", .plesk12), ("30", .plesk12), ("100", nil), ("1000", nil)]),
            none: "0"),
        LicenseParameter("WPBOptions", .choice([("0", nil), ("MLS_SUPPORT", nil)]), none: "0", only: .plesk12),
        LicenseParameter("applications", .choice([("0", nil), ("POWER_PACK", nil)]), none: "0"),
        LicenseParameter("CBMClients", .choice([("0", nil), ("UNLIMITED", nil)]), none: "0", only: .plesk10),
        LicenseParameter(
            "languagePack",
            .choice(["0", "1", "2", "3", "4", "5"].map { ($0, nil) } + [("UNLIMITED", .plesk12)]), none: "0"),
        LicenseParameter(
            "antivirus",
            .choice([("0", nil), ("PREMIUM_ANTIVIRUS", nil), ("PREMIUM_ANTIVIRUS_FOR_WIN", .plesk12)]), none: "0"),
    ]

    /// The operating system is asked of Plesk 10 and Virtuozzo, and accepted for every product; where it is not asked,
    /// `0` is none, as with every option of another version.
    private static func os(needed: Bool) -> LicenseParameter {
        let systems: [(String, LicenseProduct.Generation?)] = [("LINUX", nil), ("WINDOWS", nil)]
        return needed
            ? LicenseParameter("os", .choice(systems))
            : LicenseParameter("os", .choice([("0", nil)] + systems), none: "", isOptional: true)
    }
}
