import Testing

@testable import PanelKit

@Suite("Kept passwords")
struct PasswordHashTests {
    @Test("a password is known again from what was kept, and no other one is")
    func matches() throws {
        let stored = try PasswordHash(of: "pässwörd").description
        let hash = try #require(PasswordHash(stored: stored))
        #expect(hash.matches("pässwörd"))
        #expect(!hash.matches("passwörd"))
        #expect(!hash.matches(""))
        #expect(!stored.contains("pässwörd"))
    }

    @Test("the same password is kept differently each time, and costs 600,000 rounds or more")
    func salted() throws {
        let first = try PasswordHash(of: "setup").description
        #expect(try PasswordHash(of: "setup").description != first)
        let parts = first.split(separator: "$")
        #expect(parts[0] == "pbkdf2-sha256")
        #expect(try #require(Int(parts[1])) >= 600_000)
    }

    @Test("agrees with the known answer of another implementation")
    func knownAnswer() throws {
        // Python: base64(hashlib.pbkdf2_hmac('sha256', b'setup', bytes(range(16)), 600000))
        let stored = "pbkdf2-sha256$600000$AAECAwQFBgcICQoLDA0ODw==$SGrZ4VSadxxi85++10SxQKz4H0HyLKKsHWWwxN0Jrlo="
        let hash = try #require(PasswordHash(stored: stored))
        #expect(hash.matches("setup"))
        #expect(!hash.matches("setup "))
    }

    @Test(
        "what is no hash of ours is none",
        arguments: [
            "", "setup", "$1$salt$hash", "pbkdf2-sha256$1$AAECAwQFBgcICQoLDA0ODw==$AAAA",
            "pbkdf2-sha256$600000$AAEC$AAAA", "pbkdf2-sha256$99999999999$AAECAwQFBgcICQoLDA0ODw==$AAAA",
        ])
    func foreign(text: String) {
        #expect(PasswordHash(stored: text) == nil)
    }

    @Test("nobody has the password of nobody")
    func nobody() {
        #expect(!PasswordHash.ofNobody.matches(""))
    }
}
