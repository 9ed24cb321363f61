/// The version of Waggle, as `--version` and the log show it.
package enum Version {
    package static let number = "0.1.0"
}
