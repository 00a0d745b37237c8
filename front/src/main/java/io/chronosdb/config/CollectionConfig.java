package io.chronosdb.config;

import io.chronosdb.command.decide.CollectionRules;
import io.chronosdb.command.decide.Keeping;
import io.chronosdb.document.Base64Property;
import io.chronosdb.document.CollectionMap;
import java.util.List;
import java.util.Optional;

/**
 * What is configured for collections of one name.
 *
 * @param chooseKey the collection's own routing key, if it has one
 * @param keeping what it keeps of its items, as far as it says
 * @param packed whether many of its versions share an object of the archive
 */
public record CollectionConfig(
        CollectionMap map,
        Optional<String> chooseKey,
        List<Base64Property> base64Props,
        KeepingFlags keeping,
        boolean packed) {
    /**
     * The rules that decide the collection's commands.
     *
     * @param inherited what the database keeps
     */
    CollectionRules rules(Keeping inherited) {
        return new CollectionRules(
                chooseKey,
                map.requiredIndexed(),
                base64Props,
                keeping.isSilent() ? Optional.empty() : Optional.of(keeping.over(inherited)));
    }
}
