package io.chronosdb;

import io.chronosdb.address.ItemKey;
import io.chronosdb.event.Lineage;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What may go with a write: who and why, which are recorded with the version, and an id to repeat it by.
 *
 * <pre>{@code Write.by("support", "typo").withCommandId(requestId)}</pre>
 */
public record Write(
        Optional<String> actor,
        Optional<String> reason,
        Optional<String> id,
        Optional<String> commandId,
        Map<String, String> headers,
        Optional<String> functionId,
        Lineage lineage) {
    /** Nothing of it. */
    public static final Write PLAIN = new Write(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            Lineage.NONE);

    public static Write by(String actor, String reason) {
        return PLAIN.with(Optional.of(actor), Optional.of(reason));
    }

    /** The same by somebody else, or by nobody. */
    public Write with(Optional<String> whoever, Optional<String> why) {
        return new Write(whoever, why, id, commandId, headers, functionId, lineage);
    }

    /** For a create: the item's id, instead of a generated one. */
    public Write withId(String itemId) {
        return new Write(actor, reason, Optional.of(itemId), commandId, headers, functionId, lineage);
    }

    /** A repeated write with the same command id makes no second version and gets the first one's receipt. */
    public Write withCommandId(String idempotencyKey) {
        return new Write(actor, reason, id, Optional.of(idempotencyKey), headers, functionId, lineage);
    }

    /** One more header, recorded with the version. */
    public Write withHeader(String name, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(name, value);
        return new Write(actor, reason, id, commandId, more, functionId, lineage);
    }

    /** For an enrichment: who enriches, recorded with this and every later version. */
    public Write withFunctionId(String function) {
        return new Write(actor, reason, id, commandId, headers, Optional.of(function), lineage);
    }

    /**
     * For a create: the item of the same database that this one is made from. The origin is the parent's, or the parent itself
     * where that is the first of its line.
     */
    public Write withParent(String collection, String parentId) {
        Optional<ItemKey> parent = Optional.of(new ItemKey(collection, parentId));
        return new Write(actor, reason, id, commandId, headers, functionId, new Lineage(parent, lineage.origin()));
    }

    /** For a create: the first item of its line, where that is known. */
    public Write withOrigin(String collection, String originId) {
        Optional<ItemKey> origin = Optional.of(new ItemKey(collection, originId));
        return new Write(actor, reason, id, commandId, headers, functionId, new Lineage(lineage.parent(), origin));
    }
}
