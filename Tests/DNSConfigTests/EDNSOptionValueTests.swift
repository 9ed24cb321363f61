import DNSConfig
import DNSWire
import Testing

/// What the options about EDNS come to.
@Suite struct EDNSOptionValueTests {
    private func check(
        _ config: String, warnings: Int = 0, _ change: (inout EDNSAdditionOptions) -> Void
    ) {
        let loaded = load(config)
        var expected = EDNSAdditionOptions()
        change(&expected)
        #expect(loaded.errors.isEmpty, "\(config): \(loaded.errors)")
        #expect(loaded.warnings.count == warnings, "\(config): \(loaded.warnings)")
        #expect(loaded.options.edns == expected, "\(config)")
    }

    private func subnet(_ address: String?, _ length: Int) -> EDNSAdditionOptions.Subnet {
        EDNSAdditionOptions.Subnet(
            address: address.flatMap { IPAddress(parsing: $0) }, prefixLength: length)
    }

    @Test func `add-subnet in all its forms`() {
        check("add-subnet") { $0.addsSubnet = true }
        check("add-subnet=24") { ($0.addsSubnet, $0.subnet4) = (true, subnet(nil, 24)) }
        check("add-subnet=0,64") {
            ($0.addsSubnet, $0.subnet4, $0.subnet6) = (true, subnet(nil, 0), subnet(nil, 64))
        }
        check("add-subnet=192.0.2.0/25, 2001:db8::/48") {
            $0.addsSubnet = true
            ($0.subnet4, $0.subnet6) = (subnet("192.0.2.0", 25), subnet("2001:db8::", 48))
        }
        check("add-subnet=2001:db8::/48") {
            ($0.addsSubnet, $0.subnet4) = (true, subnet("2001:db8::", 48))
        }
        check("add-subnet=33,129", warnings: 2) {
            ($0.addsSubnet, $0.subnet4, $0.subnet6) = (true, subnet(nil, 32), subnet(nil, 128))
        }
        check("add-subnet=1.2.3.4/33", warnings: 1) {
            ($0.addsSubnet, $0.subnet4) = (true, subnet("1.2.3.4", 32))
        }
        check("strip-subnet") { $0.stripsSubnet = true }
    }

    @Test func `add-mac adds up`() {
        check("add-mac") { $0.addsHardwareAddress = true }
        check("add-mac=text\nadd-mac\nstrip-mac") {
            ($0.addsHardwareText, $0.addsHardwareAddress) = (true, true)
            $0.stripsHardwareAddress = true
        }
        check("add-mac=base64") { $0.addsHardwareBase64 = true }
    }

    @Test func `add-cpe-id takes a text that fits`() {
        check("add-cpe-id=site 1") { $0.siteID = Array("site 1".utf8) }
        check("add-cpe-id=") { _ in }
        check("add-cpe-id=" + String(repeating: "x", count: 101), warnings: 1) {
            $0.siteID = [UInt8](repeating: UInt8(ascii: "x"), count: 100)
        }
    }

    @Test func `umbrella takes three identifiers`() {
        check("umbrella") { $0.umbrella = EDNSAdditionOptions.Umbrella() }
        check("umbrella=orgid:0") { $0.umbrella = EDNSAdditionOptions.Umbrella() }
        check("umbrella=orgid:1,assetid:4294967295,deviceid:0123456789AbCdEf") {
            $0.umbrella = EDNSAdditionOptions.Umbrella()
            $0.umbrella?.organisation = 1
            $0.umbrella?.asset = .max
            $0.umbrella?.device = 0x0123_4567_89AB_CDEF
        }
    }

    @Test(arguments: [
        "add-subnet=x", "add-subnet=1.2.3/24", "add-subnet=1.2.3.4/x", "add-mac=hex",
        "umbrella=orgid:x", "umbrella=deviceid:12", "umbrella=deviceid:-123456789abcdef",
        "umbrella=orgid:4294967296", "umbrella=site:1", "umbrella=1",
    ])
    func `what is none of that is an error`(config: String) {
        #expect(load(config).errors.first?.message.hasPrefix("error") == true, "\(config)")
    }
}
