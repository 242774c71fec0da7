import ArgumentParser
import CallbackCore
import CallbackMariaDB
import CallbackRows
import CallbackSources

/// `callbackd source doctor`
struct SourceDoctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Ask a panel's database what it allows, which events it can show, and what is missing.",
        discussion: "Nothing is changed there. Statements that an administrator must run are written out.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var json: JSONFlag

    @Argument(help: "Names of sources; all database sources where none is given.")
    var sources: [String] = []

    func run() throws {
        let settings = try LoadedConfiguration.load(path: configuration.path)
        let chosen =
            sources.isEmpty
            ? settings.sources.filter { $0.kind != LicenseSource.kind }
            : try sources.map { try SourceChoice.settings($0, in: settings) }
        let secrets = try SecretValues(of: settings)
        let findings = try chosen.map { try finding(of: $0, secrets) }
        if json.isOn {
            JSONOutput.print(findings.map(\.json))
        } else {
            for finding in findings { finding.show() }
        }
        guard findings.allSatisfy(\.isHealthy) else { throw ExitCode(ExitStatus.checkFailed.rawValue) }
    }

    private func finding(of source: SourceSettings, _ secrets: SecretValues) throws -> DoctorFinding {
        switch source.kind {
        case MariaDBSource.kind:
            do {
                return .server(source.name, try ServerExamination(settings: source) { secrets($0) })
            } catch let problem as MariaDBProblem {
                return .unreachable(source.name, problem.description)
            }
        case SQLiteSource.kind:
            let installation = try SQLiteInstallation(settings: source, timekeeper: SystemTimekeeper())
            return .file(source.name, try installation.status(), try installation.survey())
        default:
            throw VerbFailure(.usage, "\(source.name) is a \(source.kind): the doctor looks at databases")
        }
    }
}
