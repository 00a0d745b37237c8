package io.chronosdb.counters;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** A store of Kafka Streams in a map of bytes. Its keys are ASCII, so that texts are in the order of their bytes. */
final class MapStore<V> implements KeyValueStore<String, V> {
    private final String name;
    private final TreeMap<String, byte[]> values;
    private final Function<V, byte[]> encode;
    private final Function<byte[], V> decode;

    MapStore(
            String name,
            Function<String, TreeMap<String, byte[]>> start,
            Function<V, byte[]> encode,
            Function<byte[], V> decode) {
        this.name = name;
        this.values = start.apply(name);
        this.encode = encode;
        this.decode = decode;
    }

    TreeMap<String, byte[]> copy() {
        return new TreeMap<>(values);
    }

    @Override
    public void put(String key, V value) {
        values.put(key, encode.apply(value));
    }

    @Override
    public @Nullable V putIfAbsent(String key, V value) {
        V before = get(key);
        if (before == null) {
            put(key, value);
        }
        return before;
    }

    @Override
    public void putAll(List<KeyValue<String, V>> entries) {
        entries.forEach(entry -> put(entry.key, entry.value));
    }

    @Override
    public @Nullable V delete(String key) {
        byte[] before = values.remove(key);
        return before == null ? null : decode.apply(before);
    }

    @Override
    public @Nullable V get(String key) {
        byte[] value = values.get(key);
        return value == null ? null : decode.apply(value);
    }

    @Override
    public KeyValueIterator<String, V> range(String from, String to) {
        return iterator(values.subMap(from, true, to, true));
    }

    @Override
    public <PS extends Serializer<P>, P> KeyValueIterator<String, V> prefixScan(P prefix, PS serializer) {
        String start = new String(serializer.serialize(name, prefix), StandardCharsets.UTF_8);
        return iterator(values.subMap(start, start + Character.MAX_VALUE));
    }

    @Override
    public KeyValueIterator<String, V> all() {
        return iterator(values);
    }

    private KeyValueIterator<String, V> iterator(SortedMap<String, byte[]> entries) {
        Iterator<Map.Entry<String, byte[]>> iterator =
                List.copyOf(entries.entrySet()).iterator();
        return new KeyValueIterator<>() {
            @Override
            public boolean hasNext() {
                return iterator.hasNext();
            }

            @Override
            public KeyValue<String, V> next() {
                Map.Entry<String, byte[]> entry = iterator.next();
                return KeyValue.pair(entry.getKey(), decode.apply(entry.getValue()));
            }

            @Override
            public String peekNextKey() {
                throw new UnsupportedOperationException();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public long approximateNumEntries() {
        return values.size();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {}

    @Override
    public void close() {}

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return true;
    }
}
