import CLinux

/// How many processors this container may use, so how many workers make sense.
package enum CPUQuota {
    /// The quota of the control groups rounded up, at most the cores; 1 or more.
    package static func count() -> Int {
        count(cores: Int(linux_core_count())) { path in
            guard let file = try? FileIO.read(path) else { return nil }
            return String(decoding: file.octets, as: UTF8.self)
        }
    }

    /// The same for any machine: `read` gives the text of a file, nil if there is none.
    package static func count(cores: Int, read: (String) -> String?) -> Int {
        var count = max(1, cores)
        for group in groups(in: read("/proc/self/cgroup") ?? "0::/") {
            for path in ancestors(of: group.path) {
                for root in group.roots {
                    let quota =
                        group.isUnified
                        ? read(root + path + "/cpu.max").flatMap(processors(cpuMax:))
                        : processors(
                            quota: read(root + path + "/cpu.cfs_quota_us"),
                            period: read(root + path + "/cpu.cfs_period_us"))
                    if let quota { count = min(count, quota) }
                }
            }
        }
        return count
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

    private struct Group {
        let path: String
        let roots: [String]
        let isUnified: Bool
    }

    /// Shape of a line: `number:controllers:path`; version 2 has the number 0 and no controllers.
    private static func groups(in text: String) -> [Group] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { return nil }
            if fields[0] == "0" && fields[1].isEmpty {
                let roots = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]
                return Group(path: String(fields[2]), roots: roots, isUnified: true)
            }
            guard fields[1].split(separator: ",").contains("cpu") else { return nil }
            let roots = ["/sys/fs/cgroup/cpu", "/sys/fs/cgroup/" + fields[1]]
            return Group(path: String(fields[2]), roots: roots, isUnified: false)
        }
    }

    /// A group and all above it, for the tightest limit holds; the last is "", the mount itself.
    private static func ancestors(of path: String) -> [String] {
        let names = path.split(separator: "/")
        return (0...names.count).reversed().map { count in
            names.prefix(count).map { "/" + $0 }.joined()
        }
    }
}
