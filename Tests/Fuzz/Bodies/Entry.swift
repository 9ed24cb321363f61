/// Runs a body on libFuzzer's octets; ends the process if it finds a fault.
func runBody(
    _ body: ([UInt8]) -> String?, _ start: UnsafePointer<UInt8>?, _ count: Int
) -> CInt {
    if let fault = body(Array(UnsafeBufferPointer(start: start, count: count))) {
        fatalError(fault)
    }
    return 0
}
