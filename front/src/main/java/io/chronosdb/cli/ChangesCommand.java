package io.chronosdb.cli;

import io.chronosdb.Chronos;
import io.chronosdb.address.Database;
import io.chronosdb.changes.Change;
import io.chronosdb.changes.ChangeIterator;
import io.chronosdb.changes.ChangeRequest;
import io.chronosdb.changes.From;
import io.chronosdb.error.ChronosException.Invalid;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a database's changes, a line each. */
@Command(
        name = "changes",
        mixinStandardHelpOptions = true,
        description = {
            "Writes what was written to a database: every version once, in the log's order per partition.",
            "Each line has a token; --from TOKEN goes on behind that line, here or anywhere else.",
            "Ends at what is there now, unless told to follow; then with SIGTERM, Ctrl-C, or when nobody reads any more."
        })
final class ChangesCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(200);

    @Mixin
    Coordinates at = new Coordinates();

    @Option(names = "--collection", paramLabel = "NAME", description = "Only this one. Default: all of the database's.")
    @Nullable
    String collection;

    @Option(
            names = "--from",
            paramLabel = "WHERE",
            description = "beginning, end, an ISO-8601 time, or a token. Default: ${DEFAULT-VALUE}.")
    String from = "beginning";

    @Option(names = "--follow", description = "Waits for more.")
    boolean follow;

    @Option(names = "--limit", paramLabel = "N", description = "At most this many. Default: no limit.")
    long limit = Long.MAX_VALUE;

    @Override
    public Integer call() {
        Database database = at.database();
        try (StopSignal stop = new StopSignal();
                Chronos chronos = Chronos.open(at.readConfig());
                ChangeIterator changes = request(chronos.changes(database)).open()) {
            for (long written = 0; written < limit && !stop.given() && !Output.unread() && !changes.ended(); ) {
                Optional<Change> next = changes.poll(POLL);
                next.ifPresent(change -> Output.result(change.toJson()));
                written += next.isPresent() ? 1 : 0;
            }
        }
        return 0;
    }

    private ChangeRequest request(ChangeRequest all) {
        try {
            ChangeRequest request = all.from(From.parse(from));
            request = collection == null ? request : request.collection(collection);
            return follow ? request : request.untilNow();
        } catch (Invalid e) {
            throw new UsageException(e.getMessage());
        }
    }
}
