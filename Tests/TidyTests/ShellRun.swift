import Foundation

/// Runs the commands of a page as they stand.
enum ShellRun {
    /// A network of its own: every port is free, and nothing can leave.
    static let network = ["unshare", "--map-root-user", "--net"]

    /// `waggle` is the debug build, `make run` its recipe with it, and `dig` waits for an answer.
    private static let prelude = """
        set -euo pipefail
        ip link set lo up
        trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
        waggle() { "$WAGGLE" "$@"; }
        make() {
            local recipe
            recipe=$(command make --dry-run "$@" BINARY="$WAGGLE" | sed --quiet "/^echo/,\\$ p")
            bash -c "$recipe" &
        }
        dig() {
            local answer
            for _ in $(seq 30); do
                if answer=$(command dig +time=1 +tries=1 "$@" 2>/dev/null) && [ -n "$answer" ]
                then echo "$answer" && return; fi
                sleep 0.1
            done
            echo "no answer: dig $*" && return 1
        }

        """

    static func run(_ commands: String) throws -> (status: Int32, output: String) {
        // Not a pipe: whatever stays behind must not hold it.
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).out")
        defer { try? FileManager.default.removeItem(at: file) }
        let result = try Repository.run(
            network + ["--fork", "--pid", "--kill-child", "timeout", "60", "bash", "-c"]
                + [
                    "exec > \"$OUT\" 2>&1\n" + prelude
                        + commands.replacing(".build/release/waggle", with: "waggle")
                ],
            environment: ["OUT": file.path, "WAGGLE": Repository.waggle])
        return (result.status, (try? String(contentsOf: file, encoding: .utf8)) ?? result.output)
    }
}
