package io.chronosdb.command.decide;

import io.chronosdb.document.Base64Property;
import java.util.List;
import java.util.Optional;

/**
 * What of a collection's configuration changes a decision.
 *
 * @param chooseKey the collection's own routing key, if it has one
 * @param requiredIndexed paths that its documents must have
 * @param base64Props properties that are bytes
 * @param keeping what it keeps, where that is not what its database does
 */
public record CollectionRules(
        Optional<String> chooseKey,
        List<String> requiredIndexed,
        List<Base64Property> base64Props,
        Optional<Keeping> keeping) {
    /** None. */
    public static final CollectionRules NONE =
            new CollectionRules(Optional.empty(), List.of(), List.of(), Optional.empty());

    public CollectionRules {
        requiredIndexed = List.copyOf(requiredIndexed);
        base64Props = List.copyOf(base64Props);
    }
}
