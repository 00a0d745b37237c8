package io.chronosdb.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.command.Reply;
import io.chronosdb.config.ConfigException;
import io.chronosdb.document.Json;
import io.chronosdb.embedded.EmbeddedServerException;
import io.chronosdb.error.ChronosException;
import io.chronosdb.error.Rejection.Code;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The program {@code chronos}. */
@Command(
        name = "chronos",
        mixinStandardHelpOptions = true,
        version = "chronos 0.1.0-SNAPSHOT",
        description = "An event-sourced, versioned, multi-tenant document store.",
        subcommands = {
            UpCommand.class,
            DemoCommand.class,
            CreateCommand.class,
            UpdateCommand.class,
            EnrichCommand.class,
            DeleteCommand.class,
            RestoreCommand.class,
            RestoreCollectionCommand.class,
            TransactCommand.class,
            GetCommand.class,
            HistoryCommand.class,
            DiffCommand.class,
            ListCommand.class,
            TotalsCommand.class,
            ChangesCommand.class,
            ImportCommand.class,
            VerifyCommand.class,
            ArchiveCommand.class,
            DeadLettersCommand.class,
            RebuildCommand.class,
            StatusCommand.class,
            ConfigCommand.class,
            HelpCommand.class
        },
        footer = {
            "",
            "./chronos bench measures it beside a bare Kafka producer (./chronos bench --help).",
            "./chronos conformance holds an installation to its promises (./chronos conformance --help).",
            "Results are JSON on stdout, one object a line. A rejection is one JSON line on stderr.",
            "Exit status: 0 done, 1 rejected, 2 usage or configuration error, 3 unavailable."
        })
public final class Main {
    static final int REJECTED = 1;
    static final int USAGE = 2;
    static final int UNAVAILABLE = 3;

    private Main() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs a command line and answers with its exit status. */
    static int run(String... args) {
        return new CommandLine(new Main())
                .setErr(new PrintWriter(Output.err(), true, StandardCharsets.UTF_8))
                .setExpandAtFiles(false) // @file is data here.
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((error, line, parsed) -> report(error))
                .execute(args);
    }

    private static int report(Exception error) {
        if (error instanceof ConfigException problem) {
            problem.problems().forEach(p -> {
                ObjectNode json = Json.object();
                json.put("code", "Configuration").put("path", p.path()).put("message", p.message());
                Output.problem(json);
            });
            return USAGE;
        }
        if (error instanceof ChronosException known) {
            Output.problem(Reply.json(known.rejection()));
            return status(known.code());
        }
        if (error instanceof UsageException usage) {
            Output.problem(Json.object().put("code", "Usage").put("message", usage.getMessage()));
            return USAGE;
        }
        if (error instanceof EmbeddedServerException server) {
            Output.problem(Json.object().put("code", "Unavailable").put("message", server.getMessage()));
            return UNAVAILABLE;
        }
        error.printStackTrace(Output.err()); // A bug: what its finder can report.
        return REJECTED;
    }

    private static int status(Code code) {
        return code == Code.Unavailable || code == Code.OutcomeUnknown || code == Code.NotYetVisible
                ? UNAVAILABLE
                : REJECTED;
    }
}
