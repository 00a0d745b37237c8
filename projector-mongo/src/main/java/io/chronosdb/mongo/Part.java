package io.chronosdb.mongo;

import java.util.Arrays;
import java.util.Optional;

/** What a collection of ours is made of, one MongoDB collection each, in the order in which they are written. */
enum Part {
    /** Every version of every item. */
    VERSIONS("_ver"),
    /** The latest version of every item. */
    HEAD("_head"),
    /** One document: the highest cv seen. */
    COUNTER("_counter");

    private final String suffix;

    Part(String suffix) {
        this.suffix = suffix;
    }

    String of(String collection) {
        return collection + suffix;
    }

    private Optional<String> collection(String name) {
        return Optional.of(name)
                .filter(n -> n.endsWith(suffix) && n.length() > suffix.length() && n.indexOf('.') < 0)
                .map(n -> n.substring(0, n.length() - suffix.length()));
    }

    /** The collection of ours that a MongoDB collection is a part of, if it is; never of a shadow. */
    static Optional<String> collectionOf(String name) {
        return Arrays.stream(values())
                .flatMap(part -> part.collection(name).stream())
                .findFirst();
    }
}
