import PanelKit
import Testing

@testable import PanelServer

@Suite("Form parameters")
struct FormParametersTests {
    private func parsed(_ text: String) throws -> [String: String] { try FormParameters(parsing: text[...]).values }

    @Test("names and values are decoded as browsers and PHP write them")
    func decoding() throws {
        #expect(
            try parsed("title=Shop+server&comment=50%25%20off%26more&empty=&bare&caf%C3%A9=%E2%82%AC")
                == ["title": "Shop server", "comment": "50% off&more", "empty": "", "bare": "", "café": "€"])
        #expect(try parsed("") == [:])
        #expect(try parsed("a=1&a=2") == ["a": "2"])
    }

    @Test(
        "lists are alike, however their brackets are written",
        arguments: [
            "addons=FANTASTICO&addons=KERNELCARE", "addons[]=FANTASTICO&addons[]=KERNELCARE",
            "addons%5B0%5D=FANTASTICO&addons%5B1%5D=KERNELCARE", "addons=FANTASTICO,KERNELCARE",
            "addons[]=FANTASTICO&addons=KERNELCARE",
        ])
    func lists(text: String) throws {
        #expect(try parsed(text) == ["addons": "FANTASTICO,KERNELCARE"])
    }

    @Test("an empty list is a list", arguments: ["addons=", "addons[]=", "addons"])
    func emptyList(text: String) throws {
        #expect(try parsed(text) == ["addons": ""])
    }

    @Test("the body wins over the query, parameter by parameter")
    func merging() throws {
        let merged = try FormParameters.merged(query: "title=q&comment=q", body: "title=b&period=12")
        #expect(merged.values == ["title": "b", "comment": "q", "period": "12"])
        #expect(try FormParameters.merged(query: nil, body: "").values == [:])
    }

    @Test(
        "what is not percent-encoded UTF-8 is refused by name",
        arguments: [("title=%zz", "title"), ("title=%E2%82", "title"), ("a=1&title=%", "title"), ("%ff=1", "%ff")])
    func broken(text: String, name: String) throws {
        #expect {
            try parsed(text)
        } throws: {
            ($0 as? FormParameters.Unreadable)?.parameter == name
        }
    }

    @Test("more parameters than anybody needs are refused")
    func many() {
        #expect(throws: FormParameters.Unreadable.self) {
            try parsed((0...FormParameters.limit).map { "a\($0)=1" }.joined(separator: "&"))
        }
    }

    @Test(
        "paths of the licence API, with and without /test",
        arguments: [
            ("/access/token", LicensePath.Resource.token), ("/license/plesk", .licenses(.plesk)),
            ("/license/cpanel/", .licenses(.cpanel)), ("/license/virtuozzo/order", .orders(.virtuozzo)),
            ("/license/plesk/PLSK.01234567.0001", .license(.plesk, "PLSK.01234567.0001")),
        ])
    func paths(path: String, resource: LicensePath.Resource) throws {
        let live = try #require(LicensePath(path))
        #expect(live.resource == resource)
        #expect(!live.isTest)
        let test = try #require(LicensePath("/test" + path))
        #expect(test.resource == resource)
        #expect(test.isTest)
    }

    @Test(
        "other paths are none",
        arguments: [
            "/", "/test", "/license", "/license/windows", "/license/plesk/a/b", "/access", "/test/test/license/plesk",
        ])
    func noPaths(path: String) {
        #expect(LicensePath(path) == nil)
    }

    @Test(
        "addresses to listen on",
        arguments: [("127.0.0.1:8443", "127.0.0.1", 8443), ("[::1]:0", "::1", 0), ("localhost:1", "localhost", 1)])
    func addresses(text: String, host: String, port: Int) throws {
        let address = try #require(ListenAddress(text))
        #expect(address == ListenAddress(host: host, port: port))
        #expect(address.description == text)
    }

    @Test(
        "what is no address to listen on",
        arguments: ["8443", ":8443", "::1:8443", "host:", "host:65536", "host:-1", "host:http"])
    func noAddresses(text: String) {
        #expect(ListenAddress(text) == nil)
    }
}
