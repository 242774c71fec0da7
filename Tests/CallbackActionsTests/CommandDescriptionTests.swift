import CallbackActions
import CallbackCore
import Testing

@Suite("the settings of a command target")
struct CommandDescriptionTests {
    private func place(_ line: Int) -> ConfigPlace { ConfigPlace(file: "x.yaml", line: line, column: 5) }

    private func target(run: [String], environment: [String: String] = [:], limit: Int64? = nil) -> TargetSettings {
        var values: [String: Setting] = [
            "run": Setting(.list(run.map { Setting(.text($0), at: place(2)) }), at: place(1)),
            "environment": Setting(.map(environment.mapValues { Setting(.text($0), at: place(3)) }), at: place(3)),
        ]
        if let limit { values["output-limit"] = Setting(.size(limit), at: place(4)) }
        return TargetSettings(
            name: "provision", kind: "command", settings: Settings(values, at: place(1)), timeout: .seconds(60),
            retry: .standard, concurrency: 8, connections: 8, place: place(1))
    }

    private func codes(_ target: TargetSettings) -> [String] {
        CommandDescription.description.check(target).map { "\($0.code):\($0.place?.line ?? 0)" }
    }

    @Test("a whole path with templates in its arguments is accepted and read")
    func accepted() {
        let settings = target(run: ["/usr/bin/x", "--plan={{ data.plan.name }}"], environment: ["A": "b"], limit: 1024)
        #expect(codes(settings) == [])
        let command = CommandTarget(settings)
        #expect(command.arguments == ["/usr/bin/x", "--plan={{ data.plan.name }}"])
        #expect(command.environment == ["A": "b"])
        #expect(command.timeout == .seconds(60))
        #expect(command.outputLimit == 1024)
        #expect(CommandTarget(target(run: ["/bin/x"])).outputLimit == 65_536)
    }

    @Test("nothing to run, a template as program and a bare name are refused where they stand")
    func program() {
        #expect(codes(target(run: [])) == ["C080:1"])
        #expect(codes(target(run: ["{{ data.x }}"])) == ["C081:2"])
        #expect(codes(target(run: ["true"])) == ["C082:2"])
    }

    @Test("forbidden variables and too much output are refused, all at once")
    func rest() {
        let settings = target(run: ["x"], environment: ["LD_PRELOAD": "", "A B": "", "OK": ""], limit: 2 << 20)
        #expect(codes(settings) == ["C082:2", "C083:3", "C083:3", "C084:4"])
        #expect(codes(target(run: ["/x"], environment: ["PATH": "/opt/{{ id }}"])) == ["C083:3"])
        #expect(codes(target(run: ["/x"], environment: ["PATH": "/opt/bin"])) == [])
    }
}
