// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors, but not with 6.2: it takes some of what 6.3 wants marked `unsafe` for safe.
#if compiler(>=6.3)
let warnings: [SwiftSetting] = [.treatAllWarnings(as: .error)]
#else
let warnings: [SwiftSetting] = []
#endif

/// Settings of everything that ships: strict about memory, existential types, imports and warnings.
let shipped: [SwiftSetting] =
    warnings + [
        .strictMemorySafety(),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableExperimentalFeature("Lifetimes"),
    ]

/// Tests may use unsafe code without marking it: they probe the edges on purpose.
let tested: [SwiftSetting] =
    warnings + [
        .enableUpcomingFeature("ExistentialAny"),
        .enableExperimentalFeature("Lifetimes"),
    ]

// The order is the order of dependencies: a target may import only what stands above it.
// Tests/TidyTests holds every import line against this table.
let package = Package(
    name: "waggle",
    products: [.executable(name: "waggle", targets: ["waggle"])],
    targets: [
        .target(name: "CLinux", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "LinuxIO", dependencies: ["CLinux"], swiftSettings: shipped),
        .target(name: "DNSWire", swiftSettings: shipped),
        // Runs at start and on reload only, so it is compiled to be small.
        .target(
            name: "DNSConfig", dependencies: ["DNSWire"],
            swiftSettings: shipped + [
                .unsafeFlags(["-Osize"], .when(configuration: .release))
            ]),
        .target(
            name: "DNSResolver", dependencies: ["DNSWire", "DNSConfig"], swiftSettings: shipped),
        .target(
            name: "DNSServer",
            dependencies: ["LinuxIO", "DNSWire", "DNSConfig", "DNSResolver"],
            swiftSettings: shipped),
        .executableTarget(
            name: "waggle",
            dependencies: ["LinuxIO", "DNSWire", "DNSConfig", "DNSResolver", "DNSServer"],
            swiftSettings: shipped),
        .executableTarget(
            name: "dnsbench", dependencies: ["LinuxIO", "DNSWire"], swiftSettings: tested),
        // The worker's part, for scenarios and fuzz targets.
        .target(
            name: "ScenarioSupport", dependencies: ["DNSResolver", "DNSConfig", "DNSWire"],
            path: "Tests/Support", swiftSettings: tested),
        .testTarget(name: "DNSWireTests", dependencies: ["DNSWire"], swiftSettings: tested),
        .testTarget(
            name: "DNSConfigTests", dependencies: ["DNSConfig", "DNSWire"], swiftSettings: tested),
        .testTarget(
            name: "DNSResolverTests",
            dependencies: ["DNSResolver", "DNSConfig", "DNSWire", "ScenarioSupport"],
            exclude: ["Scenarios"],
            swiftSettings: tested),
        .testTarget(name: "LinuxIOTests", dependencies: ["LinuxIO"], swiftSettings: tested),
        .testTarget(
            name: "ServerTests",
            dependencies: ["LinuxIO", "DNSServer", "DNSResolver", "DNSConfig", "DNSWire"],
            exclude: ["Everyday"], swiftSettings: tested),
        .testTarget(
            name: "FuzzReplayTests",
            dependencies: ["DNSServer", "DNSResolver", "DNSConfig", "DNSWire", "ScenarioSupport"],
            path: "Tests/Fuzz",
            exclude: [
                "Corpus", "FuzzConfig.swift", "FuzzHosts.swift", "FuzzQuery.swift",
                "FuzzReply.swift", "FuzzStream.swift", "FuzzUpstream.swift", "FuzzWire.swift",
                "Watchdog.c",
            ],
            sources: ["Bodies", "Replay"],
            swiftSettings: tested),
        .testTarget(name: "TidyTests", swiftSettings: tested),
    ],
    swiftLanguageModes: [.v6]
)
