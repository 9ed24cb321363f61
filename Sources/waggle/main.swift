import DNSServer

Program.main()
