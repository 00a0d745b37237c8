package io.chronosdb.command.decide;

import io.chronosdb.command.Command;
import io.chronosdb.error.Rejection;
import io.chronosdb.event.Fact;
import java.time.Instant;

/** What is done about a command. */
public sealed interface Decision {
    /** A fact comes of it. */
    record Accept(Instant at, Fact fact) implements Decision {}

    /** The command id is known: the first one's answer is given again. */
    record Repeat(Remembered first) implements Decision {}

    /** Nothing comes of it. */
    record Reject(Rejection rejection) implements Decision {}

    /** It belongs to another partition and is decided there. */
    record Forward(int partition, Command command) implements Decision {}
}
