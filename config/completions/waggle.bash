# Completion of waggle for bash; `make reference` writes it from the option table.

# Proposes words for what stands behind the last comma of the value.
_waggle_words() {
    local last=${value##*,}
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$last")
    COMPREPLY=("${COMPREPLY[@]/#/$before${value%"$last"}}")
}

# Proposes files (-f) or directories (-d).
_waggle_files() {
    mapfile -t COMPREPLY < <(compgen "$1" -- "$value")
    COMPREPLY=("${COMPREPLY[@]/#/$before}")
    compopt -o filenames 2>/dev/null || true
}

_waggle() {
    local current=${COMP_WORDS[COMP_CWORD]} last='' option='' value='' before=''
    local own=''
    COMPREPLY=()
    if ((COMP_CWORD > 0)); then last=${COMP_WORDS[COMP_CWORD - 1]}; fi
    # Options that only a command has.
    if ((COMP_CWORD > 1)); then
        case ${COMP_WORDS[1]} in
            check) own='--hosts --stack --strict --json ' ;;
            explain) own='--hosts --stack --json --live --server ' ;;
            hash) own='--hosts --stack ' ;;
        esac
    fi
    # An equals sign is a word by itself unless COMP_WORDBREAKS lacks it.
    if [[ $current == --*=* ]]; then
        option=${current%%=*} before=$option= value=${current#*=}
    elif [[ $current == = ]]; then
        option=$last
    elif [[ $last == = ]]; then
        option=${COMP_WORDS[COMP_CWORD - 2]} value=$current
    else
        case $last in
            --hosts | --stack | -u | -g | -x | --drain | --log-facility | -8 | --metrics-listen | --log-format | -C | --conf-dir | -7 | --conf-script | --servers-file | --port | -p | --listen-address | -a | --interface | -i | --except-interface | -I | --max-tcp-connections | --server | -S | --local | --rev-server | --address | -A | -r | --dns-forward-max | -0 | --query-port | -Q | --min-port | --max-port | --port-limit | --addn-hosts | -H | --hostsdir | --domain | --domain-suffix | -s | --local-ttl | -T | --synth-domain | --host-record | --cname | --interface-name | --dynamic-host | --mx-host | -m | --mx-target | -t | --srv-host | -W | --txt-record | -Y | --ptr-record | --naptr-record | --caa-record | --dns-rr | --max-ttl | --edns-packet-max | -P | --filter-rr | --rebind-domain-ok | --bogus-nxdomain | -B | --ignore-address | --alias | -V | -c | --neg-ttl | --max-cache-ttl | --min-cache-ttl | --cache-rr | --compat | --add-cpe-id | --trust-anchor | --dnssec-timestamp | --dnssec-limits | --auth-server | --auth-zone | --auth-ttl | --auth-soa | --auth-sec-servers | --auth-peer | --ipset | --nftset | --connmark-allowlist | --dumpfile | --dumpmask)
                option=$last value=$current ;;
        esac
    fi
    case $option in
        '')
            if [[ $current == -* ]]; then
                mapfile -t COMPREPLY < <(compgen -W "$own$_waggle_options" -- "$current")
                if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then
                    compopt -o nospace 2>/dev/null || true
                fi
            elif ((COMP_CWORD == 1)); then
                mapfile -t COMPREPLY < <(compgen -W 'check explain hash healthcheck' -- "$current")
            fi ;;
        --hosts | --stack)
            _waggle_files -f ;;
        --options)
            _waggle_words 'text markdown man bash zsh fish' ;;
        --user | -u)
            _waggle_words "$(compgen -u)" ;;
        --group | -g)
            _waggle_words "$(compgen -g)" ;;
        --pid-file | -x | --log-facility | -8 | --conf-file | -C | --conf-dir | -7 | --servers-file | --resolv-file | -r | --addn-hosts | -H | --hostsdir | --dnssec-timestamp | --dumpfile)
            _waggle_files -f ;;
        --log-queries)
            _waggle_words 'extra proto auth only_failed' ;;
        --log-format)
            _waggle_words 'text json' ;;
        --interface | -i | --except-interface | -I)
            _waggle_words "$(cd /sys/class/net && echo *)" ;;
        --local-service)
            _waggle_words 'net host' ;;
        --filter-rr | --cache-rr)
            _waggle_words 'A NS MD MF CNAME SOA MB MG MR NULL WKS PTR HINFO MINFO MX TXT RP AFSDB X25 ISDN RT NSAP NSAP_PTR SIG KEY PX GPOS AAAA LOC NXT EID NIMLOC SRV ATMA NAPTR KX CERT A6 DNAME SINK OPT APL DS SSHFP IPSECKEY RRSIG NSEC DNSKEY DHCID NSEC3 NSEC3PARAM TLSA SMIMEA HIP NINFO RKEY TALINK CDS CDNSKEY OPENPGPKEY CSYNC ZONEMD SVCB HTTPS SPF UINFO UID GID UNSPEC NID L32 L64 LP EUI48 EUI64 TKEY TSIG IXFR AXFR MAILB MAILA ANY URI CAA AVC DOA AMTRELAY' ;;
        --compat)
            _waggle_words 'bare-cname literal-cname literal-target never-stale' ;;
        --add-mac)
            _waggle_words 'base64 text' ;;
        --dnssec-check-unsigned)
            _waggle_words 'no' ;;
    esac
}

_waggle_options='
    --add-cpe-id= --add-mac --add-subnet --addn-hosts= --address= --alias= --all-servers
    --auth-peer= --auth-sec-servers= --auth-server= --auth-soa= --auth-ttl= --auth-zone=
    --bind-dynamic --bind-interfaces --bogus-nxdomain= --bogus-priv --caa-record= --cache-rr=
    --cache-size --clear-on-reload --cname= --compat= --conf-dir= --conf-file --conf-script=
    --connmark-allowlist= --conntrack --dns-forward-max= --dns-loop-detect --dns-rr=
    --dnssec-check-unsigned --dnssec-debug --dnssec-limits= --dnssec-no-timecheck
    --dnssec-timestamp= --do-0x20-encode --domain-needed --domain-suffix= --domain= --drain=
    --dumpfile= --dumpmask= --dynamic-host= --edns-packet-max= --enable-dbus --enable-ubus
    --except-interface= --expand-hosts --fast-dns-retry --filter-A --filter-AAAA --filter-rr=
    --filterwin2k --group --help --host-record= --hostsdir= --ignore-address= --interface-name=
    --interface= --ipset= --keep-in-foreground --listen-address= --local-service --local-ttl=
    --local= --localise-queries --localmx --log-async --log-debug --log-facility= --log-format=
    --log-malloc --log-queries --max-cache-ttl= --max-port= --max-tcp-connections= --max-ttl=
    --metrics-listen= --min-cache-ttl= --min-port= --mx-host= --mx-target= --naptr-record=
    --neg-ttl= --nftset= --no-0x20-encode --no-daemon --no-hosts --no-ident --no-negcache
    --no-poll --no-resolv --no-round-robin --options --pid-file --port-limit= --port= --prefetch
    --proxy-dnssec --ptr-record= --query-port= --rebind-domain-ok= --rebind-localhost-ok
    --resolv-file --rev-server= --selfmx --server= --servers-file= --srv-host= --stop-dns-rebind
    --strict-order --strip-mac --strip-subnet --synth-domain= --test --trust-anchor= --txt-record=
    --umbrella --use-stale-cache --user --version
'

complete -F _waggle waggle
