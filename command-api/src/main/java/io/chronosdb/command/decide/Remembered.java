package io.chronosdb.command.decide;

import io.chronosdb.address.Database;
import io.chronosdb.command.Receipt;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Position;
import java.time.Instant;

/**
 * What a command id was answered with.
 *
 * @param offset of its event; -1 while that is not known yet
 */
public record Remembered(String id, Ov ov, Cv cv, Op op, Instant at, long offset) {
    public Receipt receipt(Database database, int partition) {
        return new Receipt(id, ov, cv, op, at, new Position(database, partition, offset));
    }
}
