package io.chronosdb.node;

import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.mongo.MongoProjector;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Progress;
import java.util.function.Function;

/**
 * How far the index says that it is, for whoever takes it as a hint. An index that is down is asked once: it has nothing
 * to say then, and nor about the other partitions.
 */
public final class IndexedProgress implements Function<DatabasePartition, Progress> {
    private final MongoProjector index;
    private volatile boolean down;

    public IndexedProgress(Stores stores) {
        this.index = new MongoProjector(stores::indexSettings, stores::mongo);
    }

    @Override
    public Progress apply(DatabasePartition partition) {
        if (down) {
            return Progress.START;
        }
        try {
            return index.progress(partition);
        } catch (Unavailable e) {
            down = true;
            return Progress.START;
        }
    }
}
