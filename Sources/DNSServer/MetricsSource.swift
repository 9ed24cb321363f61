import DNSConfig
import DNSResolver
import LinuxIO
import Synchronization

/// What metrics are made of: everything that the threads of the process leave for others to read.
struct MetricsSource: Sendable {
    let state: ServerState
    let counters: [Counters]
    let log: QueryLogThread
    let reloads: ReloadRecord

    /// What all workers have counted together.
    func sum(_ value: (Counters) -> UInt64) -> UInt64 { counters.reduce(0) { $0 + value($1) } }

    func sum(_ kinds: Counters.Counter...) -> UInt64 {
        sum { block in kinds.reduce(0) { $0 + block.value($1) } }
    }
}

/// What became of reloads, written by the control plane.
final class ReloadRecord: Sendable {
    /// When the process started; seconds since 1970.
    let startSeconds = MonotonicClock.wallSeconds()
    let succeeded = Atomic<UInt64>(0)
    let failed = Atomic<UInt64>(0)
    /// When the configuration that holds was read; seconds since 1970.
    let lastSuccessSeconds: Atomic<Int64>

    init() {
        lastSuccessSeconds = Atomic(startSeconds)
    }

    func note(isSuccess: Bool) {
        guard isSuccess else {
            failed.add(1, ordering: .relaxed)
            return
        }
        succeeded.add(1, ordering: .relaxed)
        lastSuccessSeconds.store(MonotonicClock.wallSeconds(), ordering: .relaxed)
    }
}

/// What the kernel says of this process.
struct ProcessFacts {
    var residentOctets: UInt64 = 0
    var virtualOctets: UInt64 = 0
    var openDescriptors: UInt64 = 0

    init() {
        if let text = try? FileIO.read("/proc/self/status").octets {
            for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
                let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
                guard words.count == 3, words[2] == "kB", let number = UInt64(words[1]) else {
                    continue
                }
                if words[0] == "VmRSS:" { residentOctets = number * 1_024 }
                if words[0] == "VmSize:" { virtualOctets = number * 1_024 }
            }
        }
        // The one that lists them is among them.
        let names = (try? FileIO.names("/proc/self/fd")) ?? []
        openDescriptors = UInt64(max(0, names.count - 1))
    }
}
