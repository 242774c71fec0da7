// swift-tools-version:6.2
import PackageDescription

// One set of rules for every target: what the compiler can hold, it holds.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let keyDerivation: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTLS: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
    name: "callbackd",
    products: [
        .executable(name: "callbackd", targets: ["callbackd"]),
        .executable(name: "callbackd-hooks", targets: ["callbackd-hooks"]),
        .executable(name: "panel", targets: ["panel"]),
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    ],
    targets: [
        // C libraries, with the thinnest shim that Swift needs.
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CMariaDB", pkgConfig: "libmariadb", providers: [.apt(["libmariadb-dev"])]),
        .target(name: "CLinux"),
        .target(name: "CSpawn"),
        .target(name: "CScan"),

        // Layer 0: the domain as values, and the way out over HTTP.
        .target(name: "CallbackCore", dependencies: ["CLinux", crypto], swiftSettings: house),
        .target(name: "HTTPTransport", dependencies: ["CCurl"], swiftSettings: house),
        // The words between the daemon and its hook runner, known to both and to nobody else.
        .target(name: "HookProtocol", swiftSettings: house),

        // Layer 1: parts that know the domain, and not each other.
        .target(name: "CallbackRules", dependencies: ["CallbackCore", "CScan"], swiftSettings: house),
        .target(
            name: "CallbackStore", dependencies: ["CallbackCore", "CSQLite", grdb, sqlite], swiftSettings: house),
        .target(name: "CallbackConfig", dependencies: ["CallbackCore", yams], swiftSettings: house),
        .target(name: "CallbackRows", dependencies: ["CallbackCore"], swiftSettings: house),
        .target(
            name: "CallbackSources",
            dependencies: ["CallbackCore", "CallbackRows", "HTTPTransport", "CLinux", grdb, sqlite],
            swiftSettings: house),
        .target(
            name: "CallbackMariaDB", dependencies: ["CallbackCore", "CallbackRows", "CMariaDB", "CLinux"],
            swiftSettings: house),
        .target(
            name: "CallbackActions",
            dependencies: ["CallbackCore", "HTTPTransport", "HookProtocol", "CLinux", crypto],
            swiftSettings: house
        ),

        // Layer 2: the services that move work along.
        .target(
            name: "CallbackEngine",
            dependencies: ["CallbackCore", "CallbackRules", "CallbackStore", "CLinux", deque, lifecycle, logging],
            swiftSettings: house
        ),

        // Layer 3: what an operator may see and do.
        .target(
            name: "CallbackControl",
            dependencies: [
                "CallbackCore", hummingbird, hummingbirdCore, logging, lifecycle,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            swiftSettings: house
        ),

        // Layer 4: the programs.
        .executableTarget(
            name: "callbackd",
            dependencies: [
                "CallbackCore", "HTTPTransport", "CallbackRules", "CallbackStore", "CallbackConfig", "CallbackRows",
                "CallbackSources",
                "CallbackMariaDB",
                "CallbackActions", "CallbackEngine", "CallbackControl", "HookProtocol", "CLinux", arguments, lifecycle,
                signals, logging,
                crypto, hummingbird, hummingbirdCore,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            swiftSettings: house
        ),
        .executableTarget(name: "callbackd-hooks", dependencies: ["CSpawn", "HookProtocol"], swiftSettings: house),

        // The embedded panel. It never imports Callback… and the reverse.
        .target(
            name: "PanelKit", dependencies: ["CSQLite", grdb, sqlite, crypto, keyDerivation], swiftSettings: house),
        .target(
            name: "PanelServer",
            dependencies: [
                "PanelKit", hummingbird, hummingbirdCore, hummingbirdTLS, crypto, lifecycle, logging,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            swiftSettings: house
        ),
        .executableTarget(
            name: "panel",
            dependencies: ["PanelKit", "PanelServer", "HTTPTransport", arguments, lifecycle, signals, logging],
            swiftSettings: house
        ),

        // Tests.
        .target(
            name: "CallbackTestKit",
            dependencies: ["CallbackCore", "CLinux"],
            path: "Tests/CallbackTestKit",
            swiftSettings: house
        ),
        .testTarget(
            name: "CallbackCoreTests", dependencies: ["CallbackCore", "CallbackTestKit"], swiftSettings: house),
        .testTarget(
            name: "HTTPTransportTests", dependencies: ["HTTPTransport", "CallbackTestKit", "CCurl"],
            swiftSettings: house),
        .testTarget(
            name: "CallbackRulesTests", dependencies: ["CallbackRules", "CallbackCore", "CallbackTestKit"],
            exclude: ["Corpus"], swiftSettings: house),
        .testTarget(
            name: "CallbackConfigTests", dependencies: ["CallbackConfig", "CallbackCore"],
            swiftSettings: house),
        .testTarget(
            name: "CallbackStoreTests",
            dependencies: ["CallbackStore", "CallbackCore", "CallbackTestKit", grdb, sqlite],
            swiftSettings: house),
        .testTarget(
            name: "CallbackSourcesTests",
            dependencies: [
                "CallbackSources", "CallbackRows", "CallbackCore", "CallbackTestKit", "HTTPTransport", grdb, sqlite,
            ],
            swiftSettings: house),
        .testTarget(
            name: "CallbackMariaDBTests",
            dependencies: ["CallbackMariaDB", "CallbackRows", "CallbackCore", "CallbackTestKit", "CMariaDB"],
            swiftSettings: house),
        .testTarget(
            name: "CallbackActionsTests",
            dependencies: [
                "CallbackActions", "CallbackCore", "CallbackTestKit", "HTTPTransport", "HookProtocol",
                "callbackd-hooks",
                crypto,
            ],
            swiftSettings: house),
        .testTarget(
            name: "CallbackEngineTests",
            dependencies: [
                "CallbackEngine", "CallbackCore", "CallbackRules", "CallbackStore", "CallbackTestKit", logging,
            ],
            swiftSettings: house),
        .testTarget(
            name: "CallbackControlTests", dependencies: ["CallbackControl", "CallbackCore", logging, lifecycle],
            swiftSettings: house),
        .testTarget(
            name: "CallbackdTests",
            dependencies: [
                "callbackd", "CallbackActions", "CallbackCore", "CallbackStore", "CallbackConfig", "CallbackEngine",
                "CallbackTestKit", arguments, crypto,
            ],
            swiftSettings: house),
        // Not a product: `make fuzz` builds it, and the suite runs it for seconds.
        .executableTarget(
            name: "fuzz",
            dependencies: ["CallbackCore", "CallbackRules", "CallbackConfig", "PanelKit", "CallbackTestKit"],
            path: "Tests/Fuzz", swiftSettings: house),
        .testTarget(name: "FuzzTests", dependencies: ["fuzz"], swiftSettings: house),
        .testTarget(
            name: "PanelKitTests", dependencies: ["PanelKit", grdb, sqlite], exclude: ["Golden", "Fixtures"],
            swiftSettings: house),
        .testTarget(name: "PanelServerTests", dependencies: ["PanelServer", "PanelKit"], swiftSettings: house),
        .testTarget(
            name: "ScenarioTests", dependencies: ["CallbackTestKit", "callbackd", "callbackd-hooks", "panel"],
            swiftSettings: house),
    ]
)
