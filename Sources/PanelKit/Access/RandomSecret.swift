import Crypto

/// Secrets that the panel makes itself.
package enum RandomSecret {
    /// 40 hexadecimal digits: 160 random bits.
    package static func hexadecimal() -> String {
        SymmetricKey(size: .init(bitCount: 160)).withUnsafeBytes { bytes in
            bytes.map { byte in
                let digits = String(byte, radix: 16)
                return byte < 16 ? "0" + digits : digits
            }.joined()
        }
    }
}
