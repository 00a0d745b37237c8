package io.chronosdb.event;

import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What of its item a version lets projections keep, and what they have to remove therefore.
 *
 * @param from the first version of the item that they have had until now; 0 where all are kept
 * @param blobProps the properties that may have bytes beside the documents, where those go too
 */
public record Kept(Keeps keeps, Ov from, List<String> blobProps) {
    /** Everything. */
    public static final Kept ALL = new Kept(Keeps.ALL, Ov.FIRST, List.of());

    public Kept {
        blobProps = List.copyOf(blobProps);
    }

    /** Whether the item is gone for good. */
    public boolean nothing() {
        return keeps == Keeps.NOTHING;
    }

    /** The first version that is kept, where this is the latest. */
    public Ov firstKept(Ov latest) {
        return switch (keeps) {
            case ALL -> from;
            case LATEST -> latest;
            case NOTHING -> latest.next();
        };
    }

    /** The versions that have to be removed, where this is the latest. */
    public Stream<Ov> forgotten(Ov latest) {
        return keeps == Keeps.ALL
                ? Stream.of()
                : LongStream.range(from.value(), firstKept(latest).value()).mapToObj(Ov::new);
    }
}
