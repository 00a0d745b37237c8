package io.chronosdb;

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
        Map<String, String> headers) {
    /** Nothing of it. */
    public static final Write PLAIN =
            new Write(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Map.of());

    public static Write by(String actor, String reason) {
        return new Write(Optional.of(actor), Optional.of(reason), Optional.empty(), Optional.empty(), Map.of());
    }

    /** For a create: the item's id, instead of a generated one. */
    public Write withId(String itemId) {
        return new Write(actor, reason, Optional.of(itemId), commandId, headers);
    }

    /** A repeated write with the same command id makes no second version and gets the first one's receipt. */
    public Write withCommandId(String idempotencyKey) {
        return new Write(actor, reason, id, Optional.of(idempotencyKey), headers);
    }

    /** One more header, recorded with the version. */
    public Write withHeader(String name, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(name, value);
        return new Write(actor, reason, id, commandId, more);
    }
}
