package io.chronosdb.mongo;

import java.util.Arrays;
import java.util.Optional;

/** What a collection of ours is made of: one MongoDB collection each. */
enum Part {
    /** The latest version of every item. */
    HEAD("_head"),
    /** Every version of every item. */
    VERSIONS("_ver"),
    /** One document: the highest cv seen. */
    COUNTER("_counter");

    private final String suffix;

    Part(String suffix) {
        this.suffix = suffix;
    }

    String of(String collection) {
        return collection + suffix;
    }

    /** The collection of ours that a MongoDB collection is this part of, if it is. */
    Optional<String> collection(String name) {
        return Optional.of(name)
                .filter(n -> n.endsWith(suffix) && n.length() > suffix.length())
                .map(n -> n.substring(0, n.length() - suffix.length()));
    }

    static Optional<String> collectionOf(String name) {
        return Arrays.stream(values())
                .flatMap(part -> part.collection(name).stream())
                .findFirst();
    }
}
