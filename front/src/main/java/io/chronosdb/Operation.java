package io.chronosdb;

import io.chronosdb.command.Action;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.document.Json;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Payload;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One operation of a transaction. Made by the factories here, and refined:
 * {@code Operation.update("o-1", order, created.ov()).in("orders")}.
 *
 * @param collection where it is; absent: in the collection that the transaction is submitted to
 */
public record Operation(Optional<String> collection, String id, Action.OnItem action) {
    /** A new item with a generated id. */
    public static Operation create(Object data) {
        return create(newId(), data);
    }

    public static Operation create(String id, Object data) {
        return of(id, new Action.Create(payload(data)));
    }

    public static Operation update(String id, Object data, ExpectedOv expected) {
        return of(id, new Action.Update(payload(data), expected));
    }

    /** @param patch one, or a list of them */
    public static Operation enrich(String id, Object patch, String functionId, ExpectedOv expected) {
        return of(id, new Action.Enrich(patches(patch), functionId, expected));
    }

    public static Operation delete(String id, ExpectedOv expected) {
        return of(id, new Action.Delete(expected));
    }

    public static Operation restore(String id, RestorePoint.OfItem to) {
        return of(id, new Action.RestoreObject(to));
    }

    /** Nothing is written to the item; but it must be there, with this version. */
    public static Operation check(String id, ExpectedOv expected) {
        return of(id, new Action.Check(expected));
    }

    private static Operation of(String id, Action.OnItem action) {
        return new Operation(Optional.empty(), id, action);
    }

    /** The same in another collection. */
    public Operation in(String other) {
        return new Operation(Optional.of(other), id, action);
    }

    Action.Operation at(String byDefault) {
        return new Action.Operation(collection.orElse(byDefault), id, action);
    }

    static Payload payload(Object data) {
        return data instanceof Payload given ? given : Payload.of(Json.bytes(data));
    }

    static List<Payload> patches(Object patch) {
        return patch instanceof List<?> all
                ? all.stream().map(Operation::payload).toList()
                : List.of(payload(patch));
    }

    /** An ObjectId: seconds, then chance. */
    private static String newId() {
        ByteBuffer id = ByteBuffer.allocate(12)
                .putInt((int) Instant.now().getEpochSecond())
                .putLong(ThreadLocalRandom.current().nextLong());
        return HexFormat.of().formatHex(id.array());
    }
}
