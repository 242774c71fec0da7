import CallbackTestKit
import Glibc

/// The configuration that the scenarios of `callbackd test` share.
enum TestedRules {
    static let sources = """
        sources:
          panel: {sqlite: {path: "${dir}/panel/panel.db"}, profile: plesk}
          shop:
            sqlite: {path: "${dir}/panel/shop.db"}
            tables:
              orders:
                key: id
                events: {insert: order.placed, update: order.changed}
                sensitive: [card_number]
              notes: {events: {insert: note.written}}
        """

    static let targets = """
        targets:
          billing:
            webhook:
              url: "http://127.0.0.1:${port}/orders/{{ data.new.id }}"
              sign: {secret: billing}
              headers: {Authorization: "Bearer ${secret.token}", X-Subject: "{{ subject }}"}
          provision:
            command:
              run: [/bin/echo, "--order={{ data.new.id }}", "{{ data.new.note }}"]
              environment: {TOTAL: "{{ data.new.total | default(\\"none\\") }}"}
        """

    static let rules = """
        rules:
          - name: orders
            events: [order.placed, order.changed]
            match: {data: {new: {total: [{numeric: [">", 0]}]}}}
            order-by: "{{ data.new.customer }}"
            deliver: [{target: billing, body: {id: "{{ data.new.id }}", text: "order {{ data.new.id }}"}}, provision]
          - name: items
            events: [plan_item.created]
            match: {data: {new: {visible: [true]}}}
            order-by: none
            deliver: [provision]
        """

    /// A machine on which neither the databases nor the secrets are there.
    static func scenario(_ tests: String) throws -> Scenario {
        let scenario = try Scenario(sample: false)
        try scenario.configure(
            sources: sources, targets: targets, rules: rules + "\n" + tests,
            secrets: "token: {env: CALLBACKD_TEST_TOKEN}")
        guard unlink(scenario.folder.file("billing.secret")) == 0 else {
            throw ScenarioError("cannot remove the secret")
        }
        return scenario
    }
}
