extension OptionDetails {
    static let metricsListen: String = """
        `:9153` is all addresses, and IPv6 addresses stand in brackets: `[::1]:9153`. Given more \
        than once, all of them are served. Nobody is asked who they are: choose an address that \
        only those can reach who may know.

        - `/metrics`: the names of dnsmasq_exporter (`dnsmasq_hits`, `dnsmasq_misses`, …) and more \
        under `waggle_`, in the text format of Prometheus.
        - `/health`: 200 while every thread that answers is at work, else 503.

        A thread of its own serves them, after all others; clients that are slow or send nonsense \
        are dropped. An option of Waggle's own.
        """

    static let logFormat: String = """
        `text` is dnsmasq's lines. With `json` each line is an object, and with `log-queries` each \
        query is one line, written when it is answered:

        - `time`: when the line was written, RFC 3339 in UTC.
        - `level`: `critical`, `error`, `warning`, `notice` or `info`.
        - `event`: `query` for a query, which has what stands below. All others have a text in \
        `message`: `rebinding`, `overloaded`, `subnet_mismatch`, `foreign`, `exhausted`, \
        `starved`, `port_taken`, `repeated` and `log_overflow` are warnings by their kind, \
        `message` is everything else.
        - `id`: the number of the query since the start.
        - `client`, `client_port`, `proto`: who asked, by `udp` or `tcp`.
        - `name`, `type`: the question. Octets that are no text are `\\DDD` as in zone files.
        - `rcode`: `NOERROR`, `NXDOMAIN`, …
        - `source`: `local`, `rule`, `cache`, `stale`, `upstream`, `filtered`, `bogus`, \
        `rebinding`, `zone`, `chaos` or `error`.
        - `server`: whose reply it is; only if a server's.
        - `duration_ms`: from the query to the answer by the clock of the thread, which looks at \
        it once per batch: 0 where nobody had to be asked.
        - `answers`: a list of the answers as text, addresses and names; others by their type.

        An option of Waggle's own.
        """
}
