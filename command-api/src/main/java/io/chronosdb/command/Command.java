package io.chronosdb.command;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A write that somebody asks for.
 *
 * @param commandId idempotency key: a repeated one is answered with the first one's receipt
 * @param collection empty for {@link Action.Configure} and {@link Action.Transact} only
 * @param id the item, where it is one; a create without one gets a generated id
 * @param actor who asks, recorded
 * @param reason why, recorded
 * @param headers recorded with the version
 */
public record Command(
        Optional<String> commandId,
        String collection,
        Optional<String> id,
        Optional<String> actor,
        Optional<String> reason,
        Map<String, String> headers,
        Action action) {
    public Command {
        headers = new TreeMap<>(headers);
    }

    /** A command of the given action, with nothing optional. */
    public static Command of(String collection, Optional<String> id, Action action) {
        return new Command(Optional.empty(), collection, id, Optional.empty(), Optional.empty(), Map.of(), action);
    }

    /** Within what its command id is unique: its collection, or the partition for a transaction. */
    public String scope() {
        return action instanceof Action.Transact ? "" : collection;
    }

    public Command withCommandId(String commandId) {
        return new Command(Optional.of(commandId), collection, id, actor, reason, headers, action);
    }

    public Command withId(String id) {
        return new Command(commandId, collection, Optional.of(id), actor, reason, headers, action);
    }
}
