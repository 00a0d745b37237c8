package io.chronosdb.counters;

import io.chronosdb.event.Chain;
import io.chronosdb.event.Hash;
import io.chronosdb.port.Progress;
import io.chronosdb.port.TotalsStore.Part;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * What a task remembers, all of it also in changelog topics. A task has the same partition of every events topic, so
 * the keys begin with the topic's name.
 */
final class CounterStores {
    /** Topic → how far its chain has been followed. */
    static final String PROGRESS = "progress";

    /** {@code <topic>/<collection>} → the totals of the collection's part in this partition. */
    static final String TOTALS = "totals";

    /** {@code <topic>/<window>/<start>/<collection>} → the same for a day, a week or a month. */
    static final String WINDOWS = "windows";

    /** Keys of the two that changed, or are gone, which is not announced yet. */
    static final String UNSENT = "unsent";

    static final List<String> NAMES = List.of(PROGRESS, TOTALS, WINDOWS, UNSENT);

    private static final int PROGRESS_BYTES = 2 * Long.BYTES + Hash.BYTES;

    private CounterStores() {}

    // Cached: what changes a thousand times between two commits is written, and logged, once.
    static StoreBuilder<KeyValueStore<String, Progress>> progress() {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(PROGRESS),
                        Serdes.String(),
                        serde(CounterStores::encode, CounterStores::decode))
                .withCachingEnabled();
    }

    static StoreBuilder<KeyValueStore<String, Part>> totals() {
        return parts(TOTALS);
    }

    static StoreBuilder<KeyValueStore<String, Part>> windows() {
        return parts(WINDOWS);
    }

    private static StoreBuilder<KeyValueStore<String, Part>> parts(String name) {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(name),
                        Serdes.String(),
                        serde(PartState::encode, PartState::decode))
                .withCachingEnabled();
    }

    /** Small, and walked through many times a second: hence in memory. */
    static StoreBuilder<KeyValueStore<String, byte[]>> unsent() {
        return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(UNSENT), Serdes.String(), Serdes.ByteArray());
    }

    static byte[] encode(Progress progress) {
        return ByteBuffer.allocate(PROGRESS_BYTES)
                .putLong(progress.next())
                .putLong(progress.chain().next())
                .put(progress.chain().last().toBytes())
                .array();
    }

    static Progress decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long next = in.getLong();
        long seq = in.getLong();
        byte[] last = new byte[Hash.BYTES];
        in.get(last);
        return new Progress(next, new Chain(seq, Hash.fromBytes(last)));
    }

    private interface Encode<T> {
        byte[] apply(T value);
    }

    private interface Decode<T> {
        T apply(byte[] bytes);
    }

    /** Absent stays absent: that is how stores and their changelogs delete. */
    @SuppressWarnings("NullAway")
    private static <T> Serde<T> serde(Encode<T> encode, Decode<T> decode) {
        Serializer<T> serializer = (topic, value) -> value == null ? null : encode.apply(value);
        Deserializer<T> deserializer = (topic, bytes) -> bytes == null ? null : decode.apply(bytes);
        return Serdes.serdeFrom(serializer, deserializer);
    }
}
