package io.chronosdb;

import io.chronosdb.command.Receipt;
import io.chronosdb.event.ExpectedOv;
import java.util.concurrent.CompletableFuture;

/** A write of a stream of them: submitted when there is room for it. */
@FunctionalInterface
public interface PendingWrite {
    CompletableFuture<Receipt> submitTo(ItemCollection items);

    static PendingWrite create(Object data, Write write) {
        return items -> items.createAsync(data, write);
    }

    static PendingWrite update(String id, Object data, ExpectedOv expected, Write write) {
        return items -> items.updateAsync(id, data, expected, write);
    }

    static PendingWrite enrich(String id, Object patch, Write write) {
        return items -> items.enrichAsync(id, patch, ExpectedOv.ANY, write);
    }

    static PendingWrite delete(String id, ExpectedOv expected, Write write) {
        return items -> items.deleteAsync(id, expected, write);
    }
}
