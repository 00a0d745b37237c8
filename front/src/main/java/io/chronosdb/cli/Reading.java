package io.chronosdb.cli;

import io.chronosdb.ItemCollection;
import io.chronosdb.Read;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How to read documents, the same options for every command that does. */
final class Reading {
    @Mixin
    Freshness freshness = new Freshness();

    @Option(names = "--include-deleted", description = "Deleted items too, without data.")
    boolean includeDeleted;

    @Option(
            names = "--projection",
            paramLabel = "PATHS",
            split = ",",
            description = "Only these properties, for example email,address.city.")
    List<String> projection = new ArrayList<>();

    @Option(names = "--presign", description = "With a URL that gives the archived document to whoever has it.")
    boolean presign;

    @Option(
            names = "--ttl-seconds",
            paramLabel = "N",
            description = "How long that URL is good for, up to 604800. Default: 3600.")
    long ttlSeconds = Read.TTL_DEFAULT.toSeconds();

    @Option(names = "--inline", description = "Base64 properties as base64, rather than as references.")
    boolean inline;

    /** To be called with the handle that the read goes to. */
    Read of(ItemCollection items) {
        Read read = Read.PLAIN.with(freshness.of(items)).projecting(projection.toArray(String[]::new));
        read = presign ? read.presigned(Duration.ofSeconds(ttlSeconds)) : read;
        read = inline ? read.inlining() : read;
        return includeDeleted ? read.includingDeleted() : read;
    }
}
