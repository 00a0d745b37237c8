package io.chronosdb.config;

import io.chronosdb.document.CollectionMap;
import java.util.Optional;

/**
 * What is configured for collections of one name.
 *
 * @param chooseKey the collection's own routing key, if it has one
 */
public record CollectionConfig(CollectionMap map, Optional<String> chooseKey) {}
