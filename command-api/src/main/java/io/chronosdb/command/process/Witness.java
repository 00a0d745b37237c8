package io.chronosdb.command.process;

import io.chronosdb.port.DatabasePartition;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Who may know that a log had more than it has: a copy of what was in it. Asked only where a log would begin anew. */
public interface Witness {
    /** Nobody knows anything. */
    Witness NONE = partition -> CompletableFuture.completedFuture(Optional.empty());

    /**
     * What speaks against it, for a person.
     *
     * @return completes within seconds; with nothing, or exceptionally, where nobody can be asked
     */
    CompletableFuture<Optional<String>> objection(DatabasePartition partition);
}
