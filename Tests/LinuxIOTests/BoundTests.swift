import LinuxIO
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What waits for somebody else ends at some time.
@Suite struct BoundTests {
    private func errno(_ work: () throws -> Void) -> Int32? {
        do { try work() } catch let error as SystemError { return error.errno } catch {}
        return nil
    }

    @Test func `a FIFO is read to its end, and not waited for without one`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/fifo"
        #expect(mkfifo(path, 0o600) == 0)
        #expect(errno { _ = try FileIO.read(path, within: 50) } == ETIME)
        // Nobody closes the other end.
        let writer = open(path, O_RDWR | O_CLOEXEC)
        #expect(write(writer, "a", 1) == 1)
        #expect(errno { _ = try FileIO.read(path, within: 50) } == ETIME)
        // It is closed before anybody reads.
        let holder = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        defer { close(holder) }
        #expect(write(writer, "b", 1) == 1)
        close(writer)
        #expect(try FileIO.read(path, within: 60_000).octets == Array("b".utf8))
        // It is opened when somebody reads.
        _ = try FileIO.run("{ sleep 0.1; echo c; } >'\(path)' 2>/dev/null &")
        #expect(try FileIO.read(path, within: 60_000).octets == Array("c\n".utf8))
        let endless = errno { _ = try FileIO.read("/dev/zero", within: 60_000) }
        #expect(endless == EFBIG)
        #expect(try FileIO.read("/dev/null").octets == [])
    }

    @Test(arguments: [
        ("sleep 60 2>/dev/null & echo a", "a\n", 0),
        ("(exec sleep 60 2>/dev/null) & exit 4", "", 4),
        ("exec 1>&-; exit 5", "", 5), ("{ sleep 0.1; echo late; } & echo a", "a\nlate\n", 0),
    ])
    func `output ends with the command, whatever it leaves behind`(
        _ command: String, _ output: String, _ status: Int32
    ) throws {
        let result = try FileIO.run(command, within: 60_000)
        #expect(result.output == Array(output.utf8) && result.status == status)
    }

    @Test(arguments: [
        ("sleep 1000", ETIME), ("exec 1>&-; sleep 1000", ETIME), ("sleep 1000; echo a", ETIME),
        ("trap '' TERM INT HUP PIPE; echo a; sleep 1000 & wait", ETIME),
    ])
    func `a command that does not end is killed`(_ command: String, _ error: Int32) {
        #expect(errno { _ = try FileIO.run(command, within: 200) } == error)
    }

    @Test(arguments: ["yes", "trap '' PIPE; yes 2>/dev/null; sleep 1000"])
    func `output without end is a fault`(_ command: String) {
        #expect(errno { _ = try FileIO.run(command, within: 60_000) } == EFBIG)
    }

    // MARK: Logs

    @Test func `a log is opened through no link but to what is no file`() throws {
        let directory = try TemporaryDirectory()
        let (target, link) = (directory.path + "/target", directory.path + "/link")
        try FileIO.replace(target, with: Array("mine\n".utf8))
        #expect(symlink(target, link) == 0)
        #expect(errno { _ = try FileIO.openLog(link) } == ELOOP)
        #expect(errno { _ = try FileIO.openLog(link, owner: 65_534, group: 65_534) } == ELOOP)
        #expect(symlink(directory.path + "/none", directory.path + "/dangling") == 0)
        #expect(errno { _ = try FileIO.openLog(directory.path + "/dangling") } == ELOOP)
        #expect(try FileIO.names(directory.path).sorted() == ["dangling", "link", "target"])
        #expect(try FileIO.read(target).octets == Array("mine\n".utf8))
        #expect(symlink("/dev/null", directory.path + "/null") == 0)
        let null = try FileIO.openLog(directory.path + "/null")
        #expect(null.rawValue >= 0)
    }

    @Test(.enabled(if: getuid() == 0))
    func `only a file of root's own is given away`() throws {
        let directory = try TemporaryDirectory()
        func owner(_ name: String) -> uid_t {
            var status = stat()
            lstat(directory.path + "/" + name, &status)
            return status.st_uid
        }
        func open(_ name: String) -> Int32? {
            errno {
                _ = try FileIO.openLog(directory.path + "/" + name, owner: 65_534, group: 65_534)
            }
        }
        #expect(open("new") == nil && owner("new") == 65_534)
        #expect(open("new") == nil && owner("new") == 65_534)
        try FileIO.replace(directory.path + "/old", with: [])
        #expect(open("old") == nil && owner("old") == 65_534)
        // A second name leads to a file of others.
        try FileIO.replace(directory.path + "/victim", with: [])
        #expect(link(directory.path + "/victim", directory.path + "/second") == 0)
        #expect(open("second") == EMLINK && owner("victim") == 0)
        // A file of a third user stays theirs.
        try FileIO.replace(directory.path + "/theirs", with: [])
        #expect(chown(directory.path + "/theirs", 1, 1) == 0)
        #expect(open("theirs") == nil && owner("theirs") == 1)
        #expect(symlink("/dev/null", directory.path + "/null") == 0)
        #expect(open("null") == nil)
        #expect(try FileIO.status("/dev/null").isRegularFile == false)
        var null = stat()
        lstat("/dev/null", &null)
        #expect(null.st_uid == 0)
    }

    @Test func `a FIFO that nobody reads is a log, and takes what there is room for`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/fifo"
        #expect(mkfifo(path, 0o600) == 0)
        let log = try FileIO.openLog(path)
        let octets = [UInt8](repeating: 65, count: 200_000)
        guard case .octets(let count) = FileIO.writeNow(log.rawValue, octets[...]) else {
            Issue.record("nothing was taken")
            return
        }
        #expect(count < octets.count)
        // The last page may have room left.
        while case .octets = FileIO.writeNow(log.rawValue, octets.prefix(1)) {}
        guard case .none = FileIO.writeNow(log.rawValue, octets[...]) else {
            Issue.record("a full pipe took something")
            return
        }
        FileIO.write(log.rawValue, octets, within: 20)
    }

    @Test func `a full disk is a failure`() throws {
        let log = try FileIO.openLog("/dev/full")
        guard case .failed(let error) = FileIO.writeNow(log.rawValue, [65]) else {
            Issue.record("/dev/full took something")
            return
        }
        #expect(error.errno == ENOSPC)
    }
}
