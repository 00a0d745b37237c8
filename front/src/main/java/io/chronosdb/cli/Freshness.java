package io.chronosdb.cli;

import io.chronosdb.Consistency;
import io.chronosdb.ItemCollection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How new a read must be, the same options for every command that reads. */
final class Freshness {
    @Option(
            names = "--at-least",
            paramLabel = "TOKEN",
            description = "Wait until this position can be seen: the position of a receipt.")
    @Nullable
    String atLeast;

    @Option(
            names = "--consistency",
            paramLabel = "C",
            description =
                    "What to wait for: ${COMPLETION-CANDIDATES}. Default: everything that is in the log now, or with"
                            + " --at-least that position.")
    @Nullable
    Consistency consistency;

    /** To be called with the handle that the read goes to. */
    Consistency of(ItemCollection items) {
        if (atLeast != null) {
            items.readAtLeast(atLeast);
        }
        return Optional.ofNullable(consistency).orElse(atLeast == null ? Consistency.LATEST : Consistency.SESSION);
    }
}
