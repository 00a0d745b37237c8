package io.chronosdb.command;

import io.chronosdb.event.Cv;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Times;
import java.time.Instant;

/** What to go back to. */
public sealed interface RestorePoint {
    /** What one item can go back to. */
    sealed interface OfItem extends RestorePoint permits AtOv, AtTime {}

    /** What a collection can go back to. */
    sealed interface OfCollection extends RestorePoint permits AtCv, AtTime {}

    /** A version of the item. */
    record AtOv(Ov ov) implements OfItem {}

    /** A version of the collection: its state when that version had been written. */
    record AtCv(Cv cv) implements OfCollection {}

    /** A moment; what was written at that very microsecond belongs to it. */
    record AtTime(Instant time) implements OfItem, OfCollection {
        public AtTime {
            Times.requireInRange(time);
        }
    }

    static OfItem ov(long ov) {
        return new AtOv(new Ov(ov));
    }

    static OfCollection cv(long cv) {
        return new AtCv(new Cv(cv));
    }

    static AtTime at(Instant time) {
        return new AtTime(time);
    }
}
