package io.chronosdb.counters;

import io.chronosdb.address.Topics.Kind;
import io.chronosdb.port.TotalsStore.Part;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * One source, all databases' events; one processor with its stores; one sink that finds the topic by the database. The
 * names are part of the changelog topics' names: another name is a count from the start.
 */
final class CountersTopology {
    private static final String EVENTS = "events";
    private static final String COUNT = "count";
    private static final String ANNOUNCE = "announce";

    private CountersTopology() {}

    static Topology of(CountersSettings settings, TotalsTopics existing) {
        Deserializer<byte[]> bytes = new ByteArrayDeserializer();
        Serializer<TotalsKey> key = (topic, totals) -> totals.text().getBytes(StandardCharsets.UTF_8);
        Serializer<Optional<Part>> value = CountersTopology::value;
        Topology topology = new Topology();
        topology.addSource(
                AutoOffsetReset.earliest(),
                EVENTS,
                bytes,
                bytes,
                settings.topics().all(Kind.EVENTS));
        topology.addProcessor(COUNT, new Counting(settings, existing), EVENTS);
        topology.addSink(
                ANNOUNCE,
                (totals, part, context) -> settings.topics().name(totals.database(), Kind.TOTALS),
                key,
                value,
                COUNT);
        return topology;
    }

    /** Totals that are gone have no value: that is how compacted topics forget a key. */
    @SuppressWarnings("NullAway")
    private static byte[] value(String topic, Optional<Part> part) {
        return part.map(TotalsRecord::encode).orElse(null);
    }

    /** A processor for each task, and the stores that it needs. */
    private record Counting(CountersSettings settings, TotalsTopics existing)
            implements ProcessorSupplier<byte[], byte[], TotalsKey, Optional<Part>> {
        @Override
        public Processor<byte[], byte[], TotalsKey, Optional<Part>> get() {
            return new CountingProcessor(settings, existing);
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(
                    CounterStores.progress(), CounterStores.totals(), CounterStores.windows(), CounterStores.unsent());
        }
    }
}
