/// Departures of the process: how it runs, reads and listens.
extension Departure {
    // MARK: Running it

    static let running: [Departure] = [
        foreground, interrupt, drain, reload, watchedFiles, missingSyslog, linkedLogs,
        groupOfRoot, accountNumbers, defaultPidFile, successors, statistics, repeatedWarnings,
    ]

    static let foreground = Departure(
        "foreground",
        dnsmasq: """
            It goes to the background after the start, unless `keep-in-foreground` or `no-daemon` \
            is given.
            """,
        waggle: "It stays in the foreground.",
        .none(
            because: """
                a container ends with its first process, and a service manager wants to see the \
                process that it started
                """))

    static let interrupt = Departure(
        "interrupt",
        dnsmasq: "`INT` is ignored; with `no-daemon` it ends the process with status 5.",
        waggle: "`INT` ends the process with status 0, as `TERM` does.",
        .none(because: "Ctrl-C is there to stop a process in the foreground"))

    static let drain = Departure(
        "drain",
        dnsmasq: "`TERM` ends it at once.",
        waggle: """
            After `TERM` health checks fail, and questions are answered for two more seconds. A \
            second `TERM`, or `INT`, ends it at once.
            """,
        .write("drain=0"))

    static let linkedLogs = Departure(
        "a log that is a link",
        dnsmasq: "It is followed, and the file behind it given to the user of `user`.",
        waggle: """
            It is an error, unless it leads to standard output or error, to a device or a FIFO. A \
            file that has a second name and belongs to somebody else is one, too.
            """,
        .none(because: "whoever may write to the directory could have any file written to"))

    static let successors = Departure(
        "pid file of a successor",
        dnsmasq: "The file is removed at the end, whatever it says.",
        waggle: "It is removed if it has the number of the process that ends.",
        .none(because: "who looks for the successor wants to find it"))

    static let endlessCommands = Departure(
        "commands that do not end",
        dnsmasq: "`conf-script` is waited for until nobody holds its output open any more.",
        waggle: """
            It is killed after \(StatedLimits.commandSeconds) seconds, and once it has ended its \
            output is waited for one second more. A FIFO in place of a file has \
            \(StatedLimits.streamSeconds) seconds.
            """,
        .none(because: "a server must hear signals, whatever others do"))

    static let reload = Departure(
        "reload of the configuration",
        dnsmasq: """
            `HUP` reads hosts files, `servers-file` and, with `no-poll`, `resolv-file` again, but \
            never the configuration, and empties the cache.
            """,
        waggle: """
            `HUP` reads the configuration again as well. A fault in it is logged, and everything \
            stays as it was. Of the cache only those answers go that the change makes untrue: of \
            names that are asked of other servers or that are defined here now, and all if it \
            changes what is done to answers. With `clear-on-reload` all answers go each time.
            """,
        .write("clear-on-reload"))

    static let watchedFiles = Departure(
        "watched hosts files",
        dnsmasq: """
            Only the files of `hostsdir` are watched. The names of a file that is moved away stay, \
            and cached answers can cover names that are new.
            """,
        waggle: """
            Every hosts file is watched, and read again when it changes, is replaced or goes away. \
            Its names come before what is cached.
            """,
        .none(because: "nobody asked for names that no file holds any more"))

    static let missingSyslog = Departure(
        "log without syslog",
        dnsmasq: "Where no syslog daemon listens, its lines are lost.",
        waggle: "They go to standard error, which the runtime of a container keeps.",
        .none(because: "nobody wants to lose the log"))

    static let groupOfRoot = Departure(
        "group of root",
        dnsmasq: "With `user=root` the group still becomes `dip`, which takes a capability.",
        waggle: "With `user=root` the group stays as it is.",
        .write("group=dip"))

    static let accountNumbers = Departure(
        "users by number",
        dnsmasq: "`user=65534` and `group=65534` are unknown.",
        waggle: "A number that is no name stands for itself.",
        .none(because: "an image of one file has no list of users"))

    static let statistics = Departure(
        "statistics",
        dnsmasq: """
            `USR1` logs the memory of its pool, the work of validation and the processes for TCP, \
            and with `log-queries` the whole cache. Insertions count records.
            """,
        waggle: """
            It logs queries by transport and source, failures and TCP connections in their place. \
            Insertions count answers. The lines that both have are dnsmasq's.
            """,
        .none(because: "there is no pool, no validation and no process for a connection"))

    static let repeatedWarnings = Departure(
        "repeated warnings",
        dnsmasq: "It logs a possible DNS-rebind attack for every answer that has one.",
        waggle: """
            Within five seconds it does so once for a name, and then says how many more there were.
            """,
        .none(because: "whoever sends the answers could fill the disk with lines"))

    static let defaultPidFile = Departure(
        "default pid file",
        dnsmasq: "A pid file that cannot be written ends the start with status 3.",
        waggle: """
            Only a pid file that `pid-file` names does so: a container with a read-only file \
            system needs none.
            """,
        .write("pid-file=/var/run/dnsmasq.pid"))

    // MARK: Reading the configuration

    static let reading: [Departure] = [
        endlessCommands, allFaults, longLines, serverNames, emptyPiece, wrongOctets, quotedValues,
        largeNumbers,
        otherValues, unusableValues, strayQuotes,
    ]

    static let unusableValues = Departure(
        "values of no use",
        dnsmasq: """
            `auth-zone` takes a zone without a name and lengths \
            of networks that no address has, `auth-sec-servers` and `auth-soa` a label of more \
            than 63 octets, `synth-domain` a dot for a prefix, `dns-rr` a star for octets, and \
            `trust-anchor` a digest without a digit.
            """,
        waggle: "Such values are faults.",
        .none(because: "what cannot be meant is a mistake"))

    static let strayQuotes = Departure(
        "blanks, quotes and capitals",
        dnsmasq: """
            A blank in front of a domain between slashes can be a fault, and quotes around \
            addresses and words such as `local0`, a quote in front of a comment or at the end of \
            a line, and a name with a capital letter and a hyphen at the end of a label.
            """,
        waggle: "They are read as they are written.",
        .none(because: "what is plain to read should not be refused"))

    static let allFaults = Departure(
        "faults",
        dnsmasq: "The first fault ends the start. Its message names the file and the line.",
        waggle: """
            All faults are reported at once, each with file, line, column and a hint. dnsmasq's \
            words are part of the message, and the exit status is dnsmasq's.
            """,
        .none(because: "who mends a file wants to know all that is wrong with it"))

    static let longLines = Departure(
        "long lines",
        dnsmasq: "A line is cut after 1024 octets, and the rest is read as another line.",
        waggle: """
            A line may have \(ConfigLimits.lineOctets) octets, and a longer one is a fault.
            """,
        .none(because: "nobody wants half a line"))

    static let serverNames = Departure(
        "names of servers",
        dnsmasq: "A server may be written by its name, which the system's resolver looks up.",
        waggle: "A server is written by its address; a name is a fault.",
        .none(because: "the system's resolver may be Waggle itself, which is not up yet"))

    static let emptyPiece = Departure(
        "empty piece of host-record",
        dnsmasq: "An empty piece, as between two commas, is taken for a TTL of 0.",
        waggle: "An empty piece is passed over.",
        .write("host-record=nas.lan,192.168.1.10,0"))

    static let wrongOctets = Departure(
        "wrong octets of dns-rr",
        dnsmasq: "Data that is not hexadecimal is reported as lack of memory, with status 4.",
        waggle: "It is reported as a bad record, with status 1.",
        .none(because: "the memory is not at fault"))

    static let quotedValues = Departure(
        "values in quotes",
        dnsmasq: """
            Between quotes it writes separators and digits in a code of its own. Some options, \
            among them `alias`, `auth-zone` and `log-facility`, do not know it.
            """,
        waggle: "Every option knows what stands between quotes.",
        .none(because: "dnsmasq calls such lines errors"))

    static let largeNumbers = Departure(
        "large numbers",
        dnsmasq: "Of a number beyond 32 bits it takes what is left: `port=4294967349` is port 53.",
        waggle: "A port that is larger than 65535 is a fault, and a TTL is cut with a warning.",
        .none(because: "nobody means such a number"))

    static let otherValues = Departure(
        "values of other services",
        dnsmasq: "The values of options for DHCP, TFTP and router advertisement are looked at.",
        waggle: "They are not, for these options have no effect.",
        .none(because: "there is nothing that they could break"))

    // MARK: Listening

    static let listening: [Departure] = [
        boundAddresses, followedInterfaces, linkLocalAddress, connections, pipelining,
    ]

    static let boundAddresses = Departure(
        "bound addresses",
        dnsmasq: """
            Without `bind-interfaces` the wildcard address is bound, whatever `listen-address` and \
            `interface` say. Packets for other addresses are dropped after they came.
            """,
        waggle: """
            With `listen-address` or `interface` exactly those addresses are bound. Another server \
            can have the others, among them 127.0.0.2 and its like.
            """,
        .none(because: "the answers are the same, and less arrives"))

    static let followedInterfaces = Departure(
        "interfaces that change",
        dnsmasq: """
            With `bind-dynamic` addresses that come or go are followed. Else the interfaces are \
            looked at again when a question comes in by one that is not known.
            """,
        waggle: """
            Changes of interfaces and addresses are followed as soon as the kernel tells of them; \
            with `bind-interfaces` the addresses that are listened on stay.
            """,
        .none(because: "names of an interface would have old addresses meanwhile"))

    static let linkLocalAddress = Departure(
        "link-local listening",
        dnsmasq: "`listen-address` takes no interface after `%`.",
        waggle: "`listen-address=fe80::1%eth0` listens on the link-local address of an interface.",
        .none(because: "dnsmasq calls such a line an error"))

    static let connections = Departure(
        "number of connections",
        dnsmasq: """
            Twenty TCP connections are served at a time, each by a process. The next one waits, \
            and a silent one stays for 150 seconds.
            """,
        waggle: """
            \(StatedLimits.streams) are, by all workers together, and of each worker one client \
            address can have \(StatedLimits.streamsPerClient). A silent or slow one is closed \
            after \(StatedLimits.idleSeconds) seconds, sooner if places or memory get scarce.
            """,
        .write("max-tcp-connections=20"))

    static let pipelining = Departure(
        "order of answers by TCP",
        dnsmasq: """
            The queries of a connection are answered in their order, and the connection is closed \
            after a hundred.
            """,
        waggle:
            "Each query is answered as soon as its answer is known (RFC 7766, section 6.2.1.1).",
        .none(because: "clients find answers by their number"))
}
