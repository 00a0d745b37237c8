package io.chronosdb.event;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who asked for a change and why: recorded with the version, never interpreted.
 *
 * @param actor who, if given
 * @param reason why, if given
 * @param commandId the idempotency key of the command, if it had one
 * @param headers what else the caller wanted on record, ordered by name
 * @param functionIds who has enriched the item so far, each once, in order
 */
public record Provenance(
        Optional<String> actor,
        Optional<String> reason,
        Optional<String> commandId,
        Map<String, String> headers,
        List<String> functionIds) {
    public static final Provenance NONE =
            new Provenance(Optional.empty(), Optional.empty(), Optional.empty(), Map.of());

    public Provenance {
        // Ordered, so that the same change is encoded to the same bytes by every owner.
        headers = Collections.unmodifiableMap(new TreeMap<>(headers));
        functionIds = List.copyOf(functionIds);
    }

    /** That of an item that nobody has enriched. */
    public Provenance(
            Optional<String> actor, Optional<String> reason, Optional<String> commandId, Map<String, String> headers) {
        this(actor, reason, commandId, headers, List.of());
    }
}
