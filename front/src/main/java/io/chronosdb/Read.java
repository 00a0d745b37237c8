package io.chronosdb;

import io.chronosdb.document.KeptPaths;
import io.chronosdb.error.ChronosException.Invalid;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How to read: how new it must be, and how much of it is wanted.
 *
 * <pre>{@code Read.PLAIN.projecting("email", "address.city").with(Consistency.EVENTUAL)}</pre>
 *
 * @param includeDeleted whether a deletion is returned as an item without data, rather than nothing
 * @param projection what of the document; {@code _system} always stays
 * @param urlTtl how long a URL to the archived document is good for, if one is wanted: whole seconds, {@link #TTL_MIN} to
 *     {@link #TTL_MAX}
 * @param inlineBlobs whether base64 properties are given as base64 rather than as references
 */
public record Read(
        Consistency consistency,
        boolean includeDeleted,
        KeptPaths projection,
        Optional<Duration> urlTtl,
        boolean inlineBlobs) {
    public static final Duration TTL_DEFAULT = Duration.ofHours(1);
    public static final Duration TTL_MIN = Duration.ofSeconds(1);
    public static final Duration TTL_MAX = Duration.ofDays(7);

    /** This handle's own writes, whole documents, no deletions, no URL. */
    public static final Read PLAIN = new Read(Consistency.SESSION, false, KeptPaths.ALL, Optional.empty(), false);

    public Read {
        urlTtl.ifPresent(ttl -> {
            if (ttl.compareTo(TTL_MIN) < 0 || ttl.compareTo(TTL_MAX) > 0) {
                throw new Invalid("a presigned URL is good for 1 second to 7 days: ttlSeconds=" + ttl.toSeconds());
            }
        });
    }

    public Read with(Consistency wanted) {
        return new Read(wanted, includeDeleted, projection, urlTtl, inlineBlobs);
    }

    public Read includingDeleted() {
        return new Read(consistency, true, projection, urlTtl, inlineBlobs);
    }

    /**
     * Only these properties of the document: dotted paths; objects in arrays are descended into; what is not there is absent.
     *
     * @throws Invalid if there are more than {@link KeptPaths#PATHS_MAX}, or one is no path
     */
    public Read projecting(String... paths) {
        return new Read(consistency, includeDeleted, new KeptPaths(List.of(paths)), urlTtl, inlineBlobs);
    }

    /** With URLs that are good for {@link #TTL_DEFAULT}. */
    public Read presigned() {
        return presigned(TTL_DEFAULT);
    }

    /**
     * With a URL that gives the archived document, whole and with its {@code _system} block, to whoever has it. A version that
     * was written a moment ago is waited for, some seconds; one that is not archived by then comes without a URL.
     *
     * @throws Invalid if it is less than {@link #TTL_MIN} or more than {@link #TTL_MAX}
     */
    public Read presigned(Duration ttl) {
        return new Read(consistency, includeDeleted, projection, Optional.of(ttl), inlineBlobs);
    }

    /** With base64 properties as base64: their bytes are fetched, one by one. */
    public Read inlining() {
        return new Read(consistency, includeDeleted, projection, urlTtl, true);
    }
}
