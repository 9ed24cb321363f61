/// What the reference says of options beyond their sentence: running, files, listening.
///
/// Paragraphs have a blank line between them, a line `- term: text` is an item of a list, and
/// backticks mark what is typed.
enum OptionDetails {
    static let test: String = """
        Every fault is printed on standard error with its file, line, column and a hint. The \
        status is 0 if there is no error, and else that of the first one. Files are read, but \
        users, interfaces, ports and the files that `addn-hosts` and `resolv-file` name are not \
        looked at.
        """

    static let help: String = """
        With a word, as in `waggle --help cache`, it prints the reference of every option whose \
        name begins with that word.
        """

    static let options: String = """
        With words, as in `waggle --options cache- server`, it prints the options whose names \
        begin with one of them. `--options=markdown` prints this reference as a page, \
        `--options=man` the manual page, and `--options=bash`, `--options=zsh` and \
        `--options=fish` print completions for these shells.
        """

    static let user: String = """
        The change is made when all sockets are open and files are written, and only if Waggle was \
        started by root and not with `no-daemon`. A user that does not exist is an error, except \
        for the default. A user is a name or a number. `user=` without a value, and `user=root`, \
        stay root.

        A process that has changed its user cannot bind ports below 1024 any more, nor remove a \
        pid file in a directory of root's.
        """

    static let group: String = """
        Without this option the group is `dip` if there is one, and else the group of the user.
        """

    static let drain: String = """
        From a `TERM` on, `waggle healthcheck` and the question `health.waggle CH TXT` say that \
        the server is not ready, so that load balancers send clients elsewhere; whoever asks \
        still has an answer. A second `TERM`, or `INT`, ends the process at once. The time that \
        the container runtime waits before it kills, `stop_grace_period` of a stack, has to be \
        longer.
        """

    static let pidFile: String = """
        The file is written before the user is changed, and removed at the end if that is \
        allowed. With `no-daemon` there is none.
        """

    static let noDaemon: String = """
        This is for trying a configuration by hand. It differs from `keep-in-foreground` in that \
        lines of the log have no process number, and that root stays root.
        """

    static let logQueries: String = """
        A question is logged when it comes, when it is forwarded and when it is answered, in the \
        words of dnsmasq, so that programs that read its log keep working. The value adds to that:

        - `extra`: each line begins with a serial number and the address and port of the client, \
        so that the lines of one question can be put together.
        - `proto`: as `extra`, and the line of the question says whether it came by UDP or TCP.
        - `auth`: a word of newer versions, which logs as without a value.
        - `only_failed`: only answers that say an error are logged.

        Switching the log on takes a restart; what is logged, and whether it stops, can be changed \
        by a reload. Lines are written by a thread of their own, and are lost rather than that a \
        question waits for the disk.
        """

    static let logFacility: String = """
        The value is one of three things:

        - A facility of syslog: `DAEMON`, `LOCAL0` to `LOCAL7`, `USER` and so on, in either case.
        - A path: whatever has a slash. The file is created if needed, and opened again after \
        `USR2`, so that `logrotate` can move it away.
        - `-`: standard error, which is what containers want.
        """

    static let confFile: String = """
        Reading goes on after the line when the file has been read. A relative path starts at the \
        directory in which Waggle was started. A file that cannot be read is an error, but the \
        default may be missing. Given on the command line, it replaces the default; given more \
        than once there, the last file is read first.
        """

    static let confDir: String = """
        Only regular files are read, in the order of the octets of their names. Files whose names \
        begin with a dot, end with `~`, or begin and end with `#`, are left out.

        - `<suffix>`: files with this end are left out too, as in `conf-dir=/etc/dnsmasq.d,.bak`.
        - `*<suffix>`: only files with this end are read, as in `conf-dir=/etc/dnsmasq.d,*.conf`.
        """

    static let confScript: String = """
        The command is run by `/bin/sh -c`, at the start and at each reload, with the rights that \
        Waggle has at that time. If it fails, that is an error, with status 10. It has \
        \(StatedLimits.commandSeconds) seconds, and is killed then. What it leaves behind may \
        go on, \
        but its output is not waited for after \(StatedLimits.leftoverSeconds) second.
        """

    static let serversFile: String = """
        A faulty line of this file is logged and left out; it does not stop the server. That makes \
        the file good for programs that write it.
        """

    static let port: String = """
        On a port below 1024 the process needs root or the capability `NET_BIND_SERVICE`. With \
        port 0 nothing is served, which only dnsmasq's other half has a use for.
        """

    static let listenAddress: String = """
        The addresses must be those of this machine when Waggle starts, unless `bind-dynamic` is \
        given. Together with `interface` both are served. The loopback is served only if it is \
        named. A link-local address takes its interface, as in `fe80::1%eth0`.
        """

    static let interface: String = """
        Addresses that the interface gets or loses later are followed, unless `bind-interfaces` \
        is given. The loopback interface comes with it; `except-interface=lo` leaves it out. An \
        interface that does not exist is logged, and with `bind-interfaces` it is an error.
        """

    static let bindInterfaces: String = """
        It matters where no address or interface is named: each address of the machine is then \
        bound by itself, and another server can have port 53 on an address that comes later. It \
        cannot be combined with `bind-dynamic`.
        """

    static let localService: String = """
        Nothing happens if `listen-address`, `interface` or `except-interface` is given.

        - `net`: questions of clients outside the networks of this machine are not answered. It is \
        what the option means without a value.
        - `host`: only the loopback is served.
        """

    static let localiseQueries: String = """
        It is for a machine whose name stands in a hosts file once for each network: clients of a \
        network get the address there. It looks at IPv4 addresses of hosts files and `host-record`.
        """

    static let maximumTCPConnections: String = """
        The number holds for all workers together. Half of the file descriptors are kept for \
        questions to servers, and connections share a part of the memory, 24 MiB at the most and \
        6 where a container has 100, whatever the number: where that is used up a connection of \
        who has most of it is closed. So is one that brings no whole query for \
        \(StatedLimits.idleSeconds) seconds, or does not take its answers in that time, and after \
        \(StatedLimits.crowdedIdleSeconds) seconds where three quarters of the connections or of \
        their memory are taken or descriptors ran out.
        """
}
