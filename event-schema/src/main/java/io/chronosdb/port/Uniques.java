package io.chronosdb.port;

import com.dynatrace.hash4j.distinctcount.UltraLogLog;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * How many different values there were, in at most {@link #BYTES_MAX} bytes: exact up to {@link #EXACT_MAX} of them, and
 * from there on an estimate with a standard error of 1.2 %, by an UltraLogLog sketch (Ertl, VLDB 2024). Values are given
 * as 64-bit hashes.
 *
 * <p>It depends on the set of the values and on nothing else: not on their order, on how often each came, or on how they
 * were spread over the sets that were united. So whoever counts once more gets the same bytes.
 */
public final class Uniques implements Measure {
    /** Up to here the hashes themselves are kept: two of them are the same with a probability of less than 10⁻¹⁴. */
    public static final int EXACT_MAX = 500;

    private static final int PRECISION = 12;

    /** The size of the sketch, which is more than that of all hashes that are kept, so that sizes tell which one it is. */
    public static final int BYTES_MAX = 1 << PRECISION;

    public static final Uniques NONE = new Uniques(new byte[0]);

    /** The hashes in order, 8 bytes each; or the state of the sketch. */
    private final byte[] state;

    private Uniques(byte[] state) {
        this.state = state;
    }

    /** The values with these hashes, which may come in any order and more than once. */
    public static Uniques of(long... hashes) {
        long[] sorted = hashes.clone();
        Arrays.sort(sorted);
        return ofSorted(sorted);
    }

    private static Uniques ofSorted(long[] hashes) {
        int different = 0;
        for (int i = 0; i < hashes.length; i++) {
            if (i == 0 || hashes[i] != hashes[i - 1]) {
                hashes[different++] = hashes[i];
            }
        }
        if (different > EXACT_MAX) {
            UltraLogLog sketch = UltraLogLog.create(PRECISION);
            for (int i = 0; i < different; i++) {
                sketch.add(hashes[i]);
            }
            return new Uniques(sketch.getState());
        }
        ByteBuffer state = ByteBuffer.allocate(different * Long.BYTES);
        state.asLongBuffer().put(hashes, 0, different);
        return new Uniques(state.array());
    }

    /**
     * The inverse of {@link #toBytes}.
     *
     * @throws IllegalArgumentException if it cannot be
     */
    public static Uniques fromBytes(byte[] state) {
        boolean sketch = state.length == BYTES_MAX;
        if (!sketch && (state.length % Long.BYTES != 0 || state.length > EXACT_MAX * Long.BYTES)) {
            throw new IllegalArgumentException("not different values: bytes=" + state.length);
        }
        return new Uniques(state.clone());
    }

    public byte[] toBytes() {
        return state.clone();
    }

    /** The values that are in at least one of the two. */
    public Uniques union(Uniques other) {
        if (exact() && other.exact()) {
            return ofSorted(merge(hashes(), other.hashes()));
        }
        if (exact()) {
            return other.union(this);
        }
        UltraLogLog sketch = UltraLogLog.wrap(state.clone());
        if (other.exact()) {
            for (long hash : other.hashes()) {
                sketch.add(hash);
            }
        } else {
            sketch.add(UltraLogLog.wrap(other.state));
        }
        return new Uniques(sketch.getState());
    }

    private static long[] merge(long[] a, long[] b) {
        long[] merged = new long[a.length + b.length];
        int i = 0;
        int j = 0;
        while (i + j < merged.length) {
            merged[i + j] = j == b.length || i < a.length && a[i] <= b[j] ? a[i++] : b[j++];
        }
        return merged;
    }

    @Override
    public BigDecimal number() {
        return BigDecimal.valueOf(
                exact()
                        ? state.length / Long.BYTES
                        : Math.round(UltraLogLog.wrap(state).getDistinctCountEstimate()));
    }

    /** Whether the number is no estimate. */
    public boolean exact() {
        return state.length < BYTES_MAX;
    }

    private long[] hashes() {
        long[] hashes = new long[state.length / Long.BYTES];
        ByteBuffer.wrap(state).asLongBuffer().get(hashes);
        return hashes;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.uniques(this);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Uniques uniques && Arrays.equals(state, uniques.state);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(state);
    }

    @Override
    public String toString() {
        return "Uniques[" + (exact() ? "" : "about ") + number() + "]";
    }
}
