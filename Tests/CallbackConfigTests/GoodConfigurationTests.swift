import CallbackConfig
import CallbackCore
import Testing

@Suite("A good configuration")
struct GoodConfigurationTests {
    static let example = """
        # a comment
        version: 1
        state: /var/lib/callbackd/state.db
        control: {socket: /run/callbackd/control.sock, group: callbackd}
        limits: {in-flight: 32, queue: 5GiB, panel-log: 512MiB, panel-log-full: gap}
        retention: {age: 7d, size: 1GiB, payloads: 2d, attempts: 3d, dead-letters: 90d}

        sources:
          panel:
            sqlite: {path: /var/lib/panel/panel.db, install: auto}
            profile: plesk
          shop:
            sqlite: {path: shop.db}
            tables:
              orders:
                key: id
                events: {insert: order.placed, update: order.changed, delete: order.withdrawn}
                sensitive: [card_number]

        secrets:
          billing: {file: /etc/callbackd/secrets/billing, previous: [{file: old, until: 2026-12-31}]}
          token: {env: BILLING_TOKEN}
          key: {credential: license-api}

        egress: {allow: [10.1.2.0/24, "fd00::/8"]}

        defaults:
          timeout: 10s
          retry: {schedule: [5s, 5m, 2h], jitter: 10%}

        targets:
          billing:
            webhook:
              url: https://billing.example.com/hooks/panel
              format: cloudevents
              sign: {scheme: standard-webhooks, secret: billing}
              headers: {Authorization: "Bearer ${secret.token}"}
              tls: {ca: ca.pem}
            concurrency: 100
          provision:
            command:
              run: [/usr/lib/callbackd/hooks/provision, "--plan={{ data.plan.name }}"]
              environment: {PLAN: "{{ data.plan.name }}"}
              output-limit: 64KiB
            timeout: 60s
            retry: {jitter: 0%}

        rules:
          - name: bill-visible-plan-items
            events: [plan_item.created]
            match:
              data: {new: {visible: [true], label: [{prefix: "WP "}]}}
            deliver: [billing]
          - name: provision-what-was-added
            events: [service_plan.plan_item_added, order.placed]
            order-by: "{{ data.plan.owner_id }}"
            deliver: [billing, provision]
          - name: disk-space-cut
            events: [service_plan.updated]
            deliver:
              - target: provision
                retry: {schedule: [1s, 10s, 1m]}
                body: {plan: "{{ data.plan.id }}"}
        """

    @Test("is read without a diagnostic")
    func isRead() throws {
        let result = Samples.read(Self.example)
        #expect(Samples.lines(result.diagnostics) == [])
        let configuration = try #require(result.configuration)
        #expect(configuration.file == "etc/callbackd.yaml")
        #expect(configuration.statePath == "/var/lib/callbackd/state.db")
        #expect(configuration.control == ControlSettings(socketPath: "/run/callbackd/control.sock", group: "callbackd"))
        #expect(
            configuration.limits == LimitSettings(inFlight: 32, queue: 5 << 30, panelLog: 512 << 20, panelLogFull: .gap)
        )
        #expect(
            configuration.retention
                == RetentionSettings(
                    age: .days(7), size: 1 << 30, payloads: .days(2), attempts: .days(3), deadLetters: .days(90)))
        #expect(configuration.egressAllow.map(\.value) == [.text("10.1.2.0/24"), .text("fd00::/8")])
    }

    @Test("gives its sources in order, with settings of the kind and beside it")
    func sources() throws {
        let result = Samples.read(Self.example)
        let configuration = try #require(result.configuration)
        #expect(configuration.sources.map(\.name) == ["panel", "shop"])
        #expect(configuration.sources[0].kind == "sqlite")
        #expect(configuration.sources[0].settings.text("install") == "auto")
        #expect(configuration.sources[0].common.text("profile") == "plesk")
        #expect(configuration.sources[0].common.values["sqlite"] == nil)
        #expect(
            configuration.sources[0].place == ConfigPlace(file: "etc/callbackd.yaml", line: 9, column: 3, length: 5))
        #expect(result.catalog.shapes["order.placed"] != nil)
        #expect(result.catalog.shapes["plan_item.created"] != nil)
    }

    @Test("gives targets with their own timing, else that of the defaults")
    func targets() throws {
        let configuration = try #require(Samples.read(Self.example).configuration)
        let billing = try #require(configuration.targets.first)
        #expect(billing.timeout == .seconds(10))
        #expect(billing.retry == RetryPolicy(schedule: [.seconds(5), .minutes(5), .hours(2)], jitter: 0.1))
        #expect(billing.concurrency == 100)
        #expect(billing.connections == 64)
        let provision = try #require(configuration.targets.last)
        #expect(provision.kind == "command")
        #expect(provision.timeout == .seconds(60))
        #expect(provision.retry == RetryPolicy(schedule: [.seconds(5), .minutes(5), .hours(2)], jitter: 0))
        #expect(provision.concurrency == 8)
        #expect(provision.connections == 8)
        #expect(provision.settings.size("output-limit") == 65_536)
        #expect(provision.settings.texts("run")?.count == 2)
    }

    @Test("gives rules whose patterns and templates are as written")
    func rules() throws {
        let configuration = try #require(Samples.read(Self.example).configuration)
        #expect(
            configuration.rules.map(\.name) == [
                "bill-visible-plan-items", "provision-what-was-added", "disk-space-cut",
            ])
        #expect(
            configuration.rules[0].match?.json == ["data": ["new": ["visible": [true], "label": [["prefix": "WP "]]]]])
        #expect(configuration.rules[0].orderBy == nil)
        #expect(configuration.rules[1].orderBy?.string == "{{ data.plan.owner_id }}")
        #expect(configuration.rules[1].deliver.map(\.target) == ["billing", "provision"])
        #expect(configuration.rules[1].events.map(\.type) == ["service_plan.plan_item_added", "order.placed"])
        let cut = try #require(configuration.rules[2].deliver.first)
        #expect(cut.retry == RetryPolicy(schedule: [.seconds(1), .seconds(10), .minutes(1)], jitter: 0))
        #expect(cut.body?.json == ["plan": "{{ data.plan.id }}"])
        #expect(configuration.rules[2].deliver[0].place.line == 61)
    }

    @Test("gives secrets as references; the last day of a previous one counts whole")
    func secrets() throws {
        let configuration = try #require(Samples.read(Self.example).configuration)
        let billing = try #require(configuration.secrets["billing"])
        #expect(billing.location == .file("/etc/callbackd/secrets/billing"))
        #expect(billing.previous.map(\.location) == [.file("etc/old")])
        #expect(billing.previous.first?.until?.description == "2027-01-01T00:00:00.000Z")
        #expect(configuration.secrets["token"]?.location == .environment("BILLING_TOKEN"))
        #expect(configuration.secrets["key"]?.location == .credential("license-api"))
    }

    @Test("has defaults for all that is left out, and relative paths count from the file")
    func defaults() throws {
        let result = Samples.read(
            """
            version: 1
            state: ../state.db
            sources: {panel: {sqlite: {path: panel.db}, profile: plesk}}
            targets: {hook: {command: {run: [/bin/true]}}}
            rules: [{name: r, events: [plan_item.created], deliver: [hook], order-by: none}]
            """)
        let configuration = try #require(result.configuration)
        #expect(configuration.statePath == "etc/../state.db")
        #expect(configuration.sources[0].settings.text("path") == "etc/panel.db")
        #expect(configuration.control == ControlSettings(socketPath: "/run/callbackd/control.sock", group: nil))
        #expect(
            configuration.limits == LimitSettings(inFlight: 64, queue: 10 << 30, panelLog: 1 << 30, panelLogFull: .keep)
        )
        #expect(configuration.retention == RetentionSettings(age: .days(30), size: 2 << 30))
        #expect(configuration.targets[0].timeout == .seconds(20))
        #expect(configuration.targets[0].retry == .standard)
        #expect(configuration.rules[0].orderBy?.string == "none")
    }

    @Test("may repeat values by anchors and aliases")
    func aliases() throws {
        let result = Samples.read(
            """
            version: 1
            sources: {panel: {sqlite: {path: panel.db}, profile: plesk}}
            targets:
              a: {command: {run: [/bin/true]}, retry: &retry {schedule: [1s]}}
              b: {command: {run: [/bin/true]}, retry: *retry}
            rules: [{name: r, events: [plan_item.created], deliver: [a, b]}]
            """)
        #expect(result.diagnostics.isEmpty)
        #expect(try #require(result.configuration).targets[1].retry.schedule == [.seconds(1)])
    }
}
