package io.chronosdb.address;

import io.chronosdb.error.ChronosException.Invalid;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which partition a command belongs to: a key made of parts of the address, and a hash of it.
 *
 * <p>{@code chooseKey} is parts joined by {@code :}, alternatives separated by {@code |}; the first alternative that
 * is wholly present counts. The parts are {@code tenantId}, {@code domain}, {@code dbName}, {@code collection} and
 * {@code objectId}.
 *
 * @param hash how the key becomes a partition
 * @param chooseKey the key's expression, by default {@code collection}
 */
public record Routing(Hash hash, String chooseKey) {
    private static final Set<String> PARTS = Set.of("tenantId", "domain", "dbName", "collection", "objectId");

    public static final Routing DEFAULT = new Routing(Hash.RENDEZVOUS, "collection");

    /** The two hashes of the contract. */
    public enum Hash {
        /**
         * Highest random weight (Thaler and Ravishankar, 1998): the score of partition p is the first 64 bits, unsigned,
         * of SHA-256({@code <key>|<p>}); the highest wins, ties go to the lowest p.
         */
        RENDEZVOUS {
            @Override
            int partition(String key, int partitions) {
                int best = 0;
                long bestScore = 0;
                for (int p = 0; p < partitions; p++) {
                    long score = first64(key + "|" + p);
                    if (p == 0 || Long.compareUnsigned(score, bestScore) > 0) {
                        best = p;
                        bestScore = score;
                    }
                }
                return best;
            }
        },
        /** Jump consistent hash (Lamping and Veach, 2014) over the first 64 bits of SHA-256 of the key. */
        JUMP {
            @Override
            int partition(String key, int partitions) {
                long h = first64(key);
                long b = -1;
                long j = 0;
                while (j < partitions) {
                    b = j;
                    h = h * 2862933555777941757L + 1;
                    j = (long) ((b + 1) * ((double) (1L << 31) / (double) ((h >>> 33) + 1)));
                }
                return (int) b;
            }
        };

        abstract int partition(String key, int partitions);

        /** The name as written in configuration. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Routing {
        for (String alternative : chooseKey.split("\\|", -1)) {
            for (String part : alternative.split(":", -1)) {
                if (!PARTS.contains(part)) {
                    throw new Invalid("unknown part in chooseKey: part=\"" + part + "\" known="
                            + PARTS.stream().sorted().toList());
                }
            }
        }
    }

    /** Whether the items of a collection may lie in several partitions. */
    public boolean byItem() {
        return chooseKey.contains("objectId");
    }

    /**
     * The partition of an item.
     *
     * @param dbName the configured name of the database's MongoDB database
     * @param id the item's id; empty where it has none yet, which counts as absent
     * @param partitions how many there are, at least 1
     */
    public int partition(Database database, String dbName, String collection, String id, int partitions) {
        return hash.partition(key(database, dbName, collection, id), partitions);
    }

    String key(Database database, String dbName, String collection, String id) {
        for (String alternative : chooseKey.split("\\|", -1)) {
            List<String> values = Arrays.stream(alternative.split(":", -1))
                    .map(part -> part(part, database, dbName, collection, id))
                    .toList();
            if (values.stream().noneMatch(String::isEmpty)) {
                return String.join(":", values);
            }
        }
        return collection; // No alternative is wholly present: the default key always is.
    }

    private static String part(String part, Database database, String dbName, String collection, String id) {
        return switch (part) {
            case "tenantId" -> database.tier() == Tier.TENANT ? database.name() : "";
            case "domain" -> database.tier() == Tier.DOMAIN ? database.name() : "";
            case "dbName" -> dbName;
            case "collection" -> collection;
            default -> id;
        };
    }

    private static long first64(String text) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
