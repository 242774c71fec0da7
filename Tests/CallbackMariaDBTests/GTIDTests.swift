import Testing

@testable import CallbackMariaDB

@Suite("Transaction names")
struct GTIDTests {
    @Test("a position keeps the last transaction of each domain, in the order of domains")
    func position() throws {
        var position = try #require(GTIDPosition("1-2-50,0-1-100"))
        #expect(position.description == "0-1-100,1-2-50")
        position.advance(to: GTID(domain: 1, server: 9, sequence: 51))
        #expect(position.description == "0-1-100,1-9-51")
        #expect(position.covers(try #require(GTIDPosition("0-7-100"))))
        #expect(!position.covers(try #require(GTIDPosition("0-7-101"))))
        #expect(!position.covers(try #require(GTIDPosition("2-7-1"))))
    }

    @Test("what is no transaction name is refused", arguments: ["0-1", "0-1-2-3", "a-1-2", "0-1-", "4294967296-1-1"])
    func wrong(_ text: String) {
        #expect(GTID(text) == nil)
        #expect(GTIDPosition(text) == nil)
    }

    @Test("an empty position is one")
    func empty() throws { #expect(try #require(GTIDPosition("")).isEmpty) }
}
