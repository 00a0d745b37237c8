package io.chronosdb.command.decide;

import io.chronosdb.address.ItemKey;
import io.chronosdb.command.Action.RestoreCollection;
import io.chronosdb.command.Command;
import io.chronosdb.error.Rejection;
import io.chronosdb.event.Fact;
import java.time.Instant;
import java.util.List;

/** What is done about a command. */
public sealed interface Decision {
    /**
     * A fact comes of it.
     *
     * @param answer what the command is told, in the order of its operations: what they made, or found as it should be
     */
    record Accept(Instant at, Fact fact, List<Remembered.Made> answer) implements Decision {}

    /** Everything is as the command wants it already: it is answered with what is. */
    record Same(List<Remembered.Made> answer) implements Decision {}

    /** The command id is known: the first one's answer is given again. */
    record Repeat(Remembered first) implements Decision {}

    /** Nothing comes of it. */
    record Reject(Rejection rejection) implements Decision {}

    /** It belongs to another partition and is decided there. */
    record Forward(int partition, Command command) implements Decision {}

    /** It cannot be decided before the document of this version is at hand. */
    record Fetch(ItemKey item, VersionState version) implements Decision {}

    /** A collection is gone through, item by item ({@link CollectionRestore}). */
    record Restore(RestoreCollection action) implements Decision {}
}
