import CLinux

/// How many processors this container may use, so how many workers make sense.
package enum CPUQuota {
    /// The quota of the control groups rounded up, at most the cores; 1 or more.
    package static func count() -> Int {
        count(cores: Int(linux_core_count()), read: ControlGroups.text)
    }

    /// The same for any machine: `read` gives the text of a file, nil if there is none.
    package static func count(cores: Int, read: (String) -> String?) -> Int {
        let quotas = ControlGroups.limits(of: "cpu", read: read) { directory in
            read(directory + "/cpu.max").flatMap(processors(cpuMax:))
        } old: { directory in
            processors(
                quota: read(directory + "/cpu.cfs_quota_us"),
                period: read(directory + "/cpu.cfs_period_us"))
        }
        return min(max(1, cores), quotas.min() ?? .max)
    }

    /// Version 2: `max 100000` (nil, no limit) or `25000 100000` (quota and period; 1).
    package static func processors(cpuMax text: String) -> Int? {
        let words = text.split { $0 == " " || $0 == "\n" }
        guard words.count == 2 else { return nil }
        return roundedUp(quota: Int(words[0]), period: Int(words[1]))
    }

    /// Version 1: the texts of `cpu.cfs_quota_us` (-1 is no limit) and `cpu.cfs_period_us`.
    package static func processors(quota: String?, period: String?) -> Int? {
        func number(_ text: String?) -> Int? {
            text?.split(separator: "\n").first.flatMap { Int($0) }
        }
        return roundedUp(quota: number(quota), period: number(period))
    }

    private static func roundedUp(quota: Int?, period: Int?) -> Int? {
        guard let quota, let period, quota > 0, period > 0 else { return nil }
        return (quota - 1) / period + 1
    }
}
