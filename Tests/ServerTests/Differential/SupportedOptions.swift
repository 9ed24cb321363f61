/// Which of the options that are being worked on have an effect in this build.
enum SupportedOptions {
    /// The groups of lines that the server takes without a word.
    static func groups() throws -> [[String]] {
        let directory = try TemporaryDirectory()
        return try RandomConfiguration.laterOptions.filter { group in
            try directory.write("dnsmasq.conf", group.map { $0 + "\n" }.joined())
            let result = try Tool.run([
                Binary.debug, "--test", "--conf-file=" + directory.path("dnsmasq.conf"),
            ])
            return result.status == 0 && !result.errors.contains(" is left out: ")
        }
    }
}
