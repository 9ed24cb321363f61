import LinuxIO
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite struct SystemTests {
    static let passwd = """
        root:x:0:0:root:/root:/bin/sh
        # nobody:x:1:1::/:
        broken:x
        nobody:x:65534:65533:nobody:/:/usr/sbin/nologin
        +::::::
        """

    @Test(arguments: [
        ("root", Accounts.User(id: 0, group: 0)),
        ("nobody", Accounts.User(id: 65534, group: 65533)),
        ("65534", Accounts.User(id: 65534, group: 65533)),  // A number that has a line.
        ("1000", Accounts.User(id: 1000, group: 1000)),  // A number that has none.
        ("broken", nil), ("nobod", nil), ("", nil), ("+5", nil), ("4294967295", nil),
        ("4294967294", Accounts.User(id: 4_294_967_294, group: 4_294_967_294)),
    ])
    func `a user is found in the text of passwd`(_ name: String, _ user: Accounts.User?) {
        #expect(Accounts.user(name, in: Self.passwd) == user)
    }

    @Test func `a group is found in the text of group, root even without one`() {
        let text = "root:x:0:\ndip:x:30:a,b\nnogroup:x:65534:\nshort:x\n"
        #expect(Accounts.group("dip", in: text) == 30)
        #expect(Accounts.group("nogroup", in: text) == 65534)
        #expect(Accounts.group("short", in: text) == nil)
        #expect(Accounts.group("12", in: text) == 12)
        #expect(Accounts.group("root", in: "") == 0)
        #expect(Accounts.user("root", in: "") == Accounts.User(id: 0, group: 0))
    }

    @Test func `an unknown user or group is an error with dnsmasq's words`() {
        #expect(throws: PrivilegeError.unknown("no such user")) {
            try Privileges.drop(user: "no such user", group: nil)
        }
        #expect(throws: PrivilegeError.unknown("no such group")) {
            try Privileges.drop(user: "root", group: "no such group")
        }
        #expect(PrivilegeError.unknown("x").description == "unknown user or group: x")
    }

    @Test(arguments: [
        ("max 100000\n", nil), ("25000 100000\n", 1), ("100000 100000\n", 1),
        ("100001 100000\n", 2), ("150000 100000\n", 2), ("400000 100000", 4), ("", nil),
        ("5", nil), ("0 0", nil), ("-1 100000", nil), ("9223372036854775807 1", Int.max),
    ])
    func `a quota of version 2 is rounded up`(_ text: String, _ count: Int?) {
        #expect(CPUQuota.processors(cpuMax: text) == count)
    }

    @Test(arguments: [
        ("-1\n", "100000\n", nil), ("25000\n", "100000\n", 1), ("250000", "100000", 3),
        ("100000", "0", nil), (nil, "100000", nil), ("x", "y", nil),
    ])
    func `a quota of version 1 is rounded up`(_ quota: String?, _ period: String?, _ count: Int?) {
        #expect(CPUQuota.processors(quota: quota, period: period) == count)
    }

    @Test func `the tightest quota above us holds, and never more than the cores`() {
        func count(_ files: [String: String], cores: Int = 8) -> Int {
            CPUQuota.count(cores: cores) { files[$0] }
        }
        #expect(count([:]) == 8)
        #expect(count([:], cores: 0) == 1)
        #expect(count(["/sys/fs/cgroup/cpu.max": "250000 100000"]) == 3)
        #expect(count(["/sys/fs/cgroup/cpu.max": "250000 100000"], cores: 2) == 2)
        var nested = ["/proc/self/cgroup": "0::/a/b\n"]
        nested["/sys/fs/cgroup/a/b/cpu.max"] = "max 100000"
        nested["/sys/fs/cgroup/a/cpu.max"] = "150000 100000"
        #expect(count(nested) == 2)
        var old = ["/proc/self/cgroup": "5:memory:/x\n4:cpu,cpuacct:/docker/1\n0::/\n"]
        old["/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us"] = "120000\n"
        old["/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us"] = "50000\n"
        #expect(count(old) == 3)
        #expect(CPUQuota.count() >= 1)
    }

    @Test func `the tightest limit of memory holds, and never more than the machine has`() {
        func octets(_ files: [String: String]) -> Int { MemoryLimit.octets { files[$0] } }
        #expect(octets([:]) == .max)
        let machine = "MemTotal:       16303428 kB\nMemFree:         1 kB\n"
        #expect(octets(["/proc/meminfo": machine]) == 16_303_428 << 10)
        #expect(octets(["/proc/meminfo": "MemTotal: many kB\n"]) == .max)
        #expect(octets(["/sys/fs/cgroup/memory.max": "104857600\n"]) == 100 << 20)
        let nested = [
            "/proc/self/cgroup": "0::/a/b\n", "/proc/meminfo": machine,
            "/sys/fs/cgroup/a/b/memory.max": "max\n",
            "/sys/fs/cgroup/a/memory.max": "200000000\n",
            "/sys/fs/cgroup/a/memory.high": "100000000\n",
        ]
        #expect(octets(nested) == 100_000_000)
        // Version 1; a container sees its own group as the root of the mount.
        let old = [
            "/proc/self/cgroup": "4:memory:/docker/1\n3:cpu:/\n0::/\n", "/proc/meminfo": machine,
            "/sys/fs/cgroup/memory/memory.limit_in_bytes": "67108864\n",
        ]
        #expect(octets(old) == 64 << 20)
        let unlimited = [
            "/proc/self/cgroup": "4:memory:/\n", "/proc/meminfo": machine,
            "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
        ]
        #expect(octets(unlimited) == 16_303_428 << 10)
        #expect(MemoryLimit.octets() > 1 << 20)
    }

    @Test func `changes of interfaces can be watched, and there are none in between`() throws {
        let watch = try InterfaceWatch()
        #expect(watch.rawValue >= 0)
        // Never waits.
        watch.drain()
        watch.drain()
    }

    @Test func `the loopback interface has its address, index and prefix`() throws {
        let found = try Interfaces.list().first { $0.address == loopback() }
        #expect(found?.name == "lo")
        #expect(found?.index == Interfaces.index(of: "lo"))
        #expect(found?.prefixLength == 8)
        #expect(found?.isLoopback == true && found?.isUp == true)
        #expect(Interfaces.index(of: "nosuchdevice") == nil)
    }

    @Test func `files are written, appended, read, listed and removed`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/pid"
        try FileIO.replace(path, with: Array("1\n".utf8))
        try FileIO.replace(path, with: Array("23\n".utf8))
        let first = try FileIO.read(path)
        #expect(first.octets == Array("23\n".utf8))
        #expect(first.status.isRegularFile && !first.status.isDirectory)
        #expect(try FileIO.status(path) == first.status)
        for line in ["a\n", "b\n"] {
            let log = try FileIO.openLog(directory.path + "/log")
            try FileIO.write(log.rawValue, Array(line.utf8))
        }
        #expect(try FileIO.read(directory.path + "/log").octets == Array("a\nb\n".utf8))
        #expect(symlink("pid", directory.path + "/link") == 0)
        #expect(symlink("gone", directory.path + "/dangling") == 0)
        #expect(try FileIO.read(directory.path + "/link").status == first.status)
        let entries = try FileIO.list(directory.path).sorted { $0.name < $1.name }
        #expect(entries.map(\.name) == ["dangling", "link", "log", "pid"])
        #expect(entries.map(\.isRegularFile) == [false, true, true, true])
        try FileIO.remove(path)
        let missing = #expect(throws: SystemError.self) { try FileIO.read(path) }
        #expect(missing?.isMissing == true)
        #expect(missing?.description == "open: No such file or directory")
    }

    @Test(arguments: [0, 4095, 4096, 4097, 100_000])
    func `a file is read to its last octet`(_ count: Int) throws {
        let directory = try TemporaryDirectory()
        let octets = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        try FileIO.replace(directory.path + "/f", with: octets)
        #expect(try FileIO.read(directory.path + "/f").octets == octets)
    }

    @Test func `a file of proc has no length and is read all the same`() throws {
        #expect(try FileIO.read("/proc/self/status").octets.count > 100)
        let error = #expect(throws: SystemError.self) { try FileIO.read("/proc") }
        #expect(error?.errno == EISDIR)
    }

    @Test(arguments: [
        ("echo a; echo b >&2; exit 3", "a\n", 3), ("true", "", 0), ("kill -9 $$", "", 137),
        ("no_such_command 2>/dev/null", "", 127),
    ])
    func `a command gives its output and its status`(
        _ command: String, _ output: String, _ status: Int32
    ) throws {
        let result = try FileIO.run(command)
        #expect(result.output == Array(output.utf8))
        #expect(result.status == status)
    }
}

/// A directory of one test, gone with it.
final class TemporaryDirectory {
    let path: String

    init() throws {
        path = "/tmp/linuxio-\(Entropy.word())"
        guard mkdir(path, 0o700) == 0 else { throw Unexpected("mkdir") }
    }

    deinit {
        for name in (try? FileIO.names(path)) ?? [] { try? FileIO.remove(path + "/" + name) }
        rmdir(path)
    }
}
