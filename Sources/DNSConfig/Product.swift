/// What this program is.
package enum Product {
    package static let name = "Waggle"
    /// The version of the release, as in CHANGELOG.md.
    package static let version = "0.1.0"
}
