package io.chronosdb.command.decide;

import io.chronosdb.event.Cv;
import io.chronosdb.event.Ov;
import java.time.Instant;

/** What deciding needs to know of an item: its latest version, without the document. */
public record ItemState(Ov ov, Cv cv, Instant at, Instant insertedAt, boolean deleted) {}
