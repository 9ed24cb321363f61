/// The parts of the manual page that are not about one option.
extension ReferenceText {
    static let manualHead: String = #"""
        .\" `make reference` writes this page from the option table.
        .Dd November 21, 2026
        .Dt WAGGLE 8
        .Os
        .Sh NAME
        .Nm waggle
        .Nd DNS resolver that reads the configuration of dnsmasq
        .Sh SYNOPSIS
        .Nm
        .Op Ar option ...
        .Nm
        .Fl -test
        .Op Ar option ...
        .Nm
        .Fl -help | -options
        .Op Ar name ...

        """#

    static let manualDescription: String = #"""
        .Sh DESCRIPTION
        .Nm
        answers DNS queries from hosts files and its configuration, and asks other
        servers for the rest.
        It keeps their answers for as long as they hold.
        Its configuration is that of
        .Xr dnsmasq 8 :
        the same files, the same options, the same names.
        What it does otherwise is listed under
        .Sx DIFFERENCES FROM DNSMASQ .
        .Pp
        .Nm
        stays in the foreground.
        It listens on port 53 of all addresses, reads
        .Pa /etc/dnsmasq.conf
        and
        .Pa /etc/hosts ,
        and asks the servers that
        .Pa /etc/resolv.conf
        names, unless options say otherwise.
        .Pp
        What else it does is under
        .Sx COMMANDS :
        find the faults of a configuration, explain answers, compare configurations, and
        look whether a server answers.

        """#

    static let manualOptions: String = #"""
        .Sh OPTIONS
        An option stands on the command line, with two hyphens before it, or in a line
        of a file, without them.
        On the command line the beginning of a name is enough where only one option
        begins so.
        Some options have a letter as well, which takes the value from the rest of the
        word or from the next one.
        In files
        .Ql #
        begins a comment, at the start of a line or after a blank.
        Quotes keep commas, blanks and
        .Ql #
        in values.
        .Pp
        A reload is what the signal
        .Dv HUP
        causes.
        The example under each option is a line of a file.

        """#

    static let manualTail: String = #"""
        .Sh SIGNALS
        .Bl -tag -width Ds
        .It Dv HUP
        Read the configuration, hosts files and lists of servers again, and forget the
        cached answers that the change makes untrue.
        If there is a fault in the configuration, everything stays as it was, and the
        log says why.
        .It Dv USR1
        Write statistics to the log.
        .It Dv USR2
        Close and reopen the log file, once it was moved away.
        .It Dv TERM , Dv INT
        Stop.
        .El
        .Sh FILES
        .Bl -tag -width Ds
        .It Pa /etc/dnsmasq.conf
        The configuration, unless
        .Fl -conf-file
        names another file.
        It may be missing.
        .It Pa /etc/hosts
        Addresses and their names, unless
        .Fl -no-hosts
        is given.
        .It Pa /etc/resolv.conf
        The servers to ask, unless
        .Fl -no-resolv
        or
        .Fl -resolv-file
        is given.
        .It Pa /var/run/dnsmasq.pid
        The number of the process, unless
        .Fl -pid-file
        names another file or none.
        .El
        .Sh EXIT STATUS
        .Bl -tag -width Ds
        .It 0
        Stopped by a signal, or
        .Fl -test
        found no error.
        .It 1
        There is an error in the configuration or on the command line.
        .It 2
        An address or a port cannot be used.
        .It 3
        A file cannot be read or written.
        .It 4
        There is no memory left.
        .It 5
        Anything else.
        .It 10
        A command of
        .Cm conf-script
        failed.
        .El
        .Sh EXAMPLES
        Check a configuration:
        .Pp
        .Dl waggle --test --conf-file=/etc/dnsmasq.conf
        .Pp
        Answer for the domain
        .Ql lan
        from a hosts file, and ask one server for everything else, on port 5353 of the
        loopback:
        .Pp
        .Dl waggle -k -R -S 192.0.2.53 --local=/lan/ -p 5353 -a 127.0.0.1
        .Pp
        The same as a file, with an alias and a domain that another server knows:
        .Bd -literal -offset indent
        no-resolv
        server=192.0.2.53
        server=/corp.example/10.0.0.53
        local=/lan/
        expand-hosts
        domain=lan
        cname=www.lan,nas.lan
        .Ed

        """#

    static var manualDifferences: String {
        var text = ".Sh DIFFERENCES FROM DNSMASQ\n"
        text += prose("Waggle answers as dnsmasq 2.90 does, but for the following.")
        for chapter in Departure.chapters {
            text += ".Ss Differences: \(chapter.title.lowercased())\n.Bl -tag -width Ds\n"
            for departure in chapter.departures {
                text += ".It Sy \"\\&\(departure.name)\"\n"
                text += prose("dnsmasq: " + departure.dnsmasq)
                text += ".Pp\n" + prose("Waggle: " + departure.waggle)
                text += ".Pp\n" + prose(restoration(of: departure))
            }
            text += ".El\n"
        }
        return text
    }

    static let manualReferences: String = """
        .Sh SEE ALSO
        .Xr dig 1 ,
        .Xr hosts 5 ,
        .Xr resolv.conf 5 ,
        .Xr dnsmasq 8

        """
}
