package io.chronosdb.counters;

import io.chronosdb.address.Topics;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.Progress;
import io.chronosdb.port.TotalsStore.Part;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The real counting of one partition, with Kafka Streams' part in the hands of a simulation: stores in memory, and what is
 * announced kept back until it is committed.
 */
public final class SteppedCounting {
    private final CountingProcessor counting;
    private final MapStore<Progress> progress;
    private final MapStore<Part> totals;
    private final MapStore<Part> windows;
    private final MapStore<byte[]> unsent;
    private final List<Announcement> announced = new ArrayList<>();
    private @Nullable RecordMetadata at;
    private @Nullable Punctuator punctuator;
    private long next;

    /** The stores' bytes and the offset that they reflect, as one transaction commits them. */
    public record Committed(long next, Map<String, TreeMap<String, byte[]>> stores) {
        public static final Committed NOTHING = new Committed(0, Map.of());

        public boolean isAnnounced() {
            return stores.getOrDefault(CounterStores.UNSENT, new TreeMap<>()).isEmpty();
        }
    }

    /** A record for the totals topic; without a value where a window is gone. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Announcement(String key, byte @Nullable [] value) {}

    public SteppedCounting(Topics topics, int partition, List<CounterRule> rules, Committed from) {
        CountersSettings settings =
                CountersSettings.of(topics, rules, CountersSettings.Maps.EVERYTHING, Path.of("unused"), "unused:9092");
        counting = new CountingProcessor(settings, new TotalsTopics() {
            @Override
            public boolean exists(String topic, long nowMs) {
                return true;
            }

            @Override
            public void forget() {}
        });
        Function<String, TreeMap<String, byte[]>> copy =
                store -> new TreeMap<>(from.stores().getOrDefault(store, new TreeMap<>()));
        progress = new MapStore<>(CounterStores.PROGRESS, copy, CounterStores::encode, CounterStores::decode);
        totals = new MapStore<>(CounterStores.TOTALS, copy, PartState::encode, PartState::decode);
        windows = new MapStore<>(CounterStores.WINDOWS, copy, PartState::encode, PartState::decode);
        unsent = new MapStore<>(CounterStores.UNSENT, copy, bytes -> bytes, bytes -> bytes);
        next = from.next();
        counting.init(context(new TaskId(0, partition)));
    }

    @SuppressWarnings("unchecked")
    private ProcessorContext<TotalsKey, Optional<Part>> context(TaskId task) {
        Map<String, MapStore<?>> stores = Map.of(
                CounterStores.PROGRESS, progress,
                CounterStores.TOTALS, totals,
                CounterStores.WINDOWS, windows,
                CounterStores.UNSENT, unsent);
        return (ProcessorContext<TotalsKey, Optional<Part>>) Proxy.newProxyInstance(
                SteppedCounting.class.getClassLoader(),
                new Class<?>[] {ProcessorContext.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "taskId" -> task;
                    case "getStateStore" -> stores.get((String) arguments[0]);
                    case "recordMetadata" -> Optional.ofNullable(at);
                    case "schedule" -> {
                        punctuator = (Punctuator) arguments[2];
                        yield null;
                    }
                    case "forward" -> {
                        announced.add(announcement((Record<TotalsKey, Optional<Part>>) arguments[0]));
                        yield null;
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private static Announcement announcement(Record<TotalsKey, Optional<Part>> record) {
        return new Announcement(
                record.key().text(), record.value().map(TotalsRecord::encode).orElse(null));
    }

    /** The offset of the record that is wanted next. */
    public long next() {
        return next;
    }

    public void process(LogRecord record) {
        at = new RecordMetadata() {
            @Override
            public String topic() {
                return record.partition().topic();
            }

            @Override
            public int partition() {
                return record.partition().number();
            }

            @Override
            public long offset() {
                return record.offset();
            }
        };
        counting.process(new Record<>(record.key().getBytes(StandardCharsets.UTF_8), record.value(), 0));
        next = record.offset() + 1;
    }

    public void announce(long nowMs) {
        Objects.requireNonNull(punctuator).punctuate(nowMs);
    }

    /** What is to be committed together with {@link #takeAnnounced}. */
    public Committed state() {
        return new Committed(
                next,
                Map.of(
                        CounterStores.PROGRESS, progress.copy(),
                        CounterStores.TOTALS, totals.copy(),
                        CounterStores.WINDOWS, windows.copy(),
                        CounterStores.UNSENT, unsent.copy()));
    }

    public List<Announcement> takeAnnounced() {
        List<Announcement> taken = List.copyOf(announced);
        announced.clear();
        return taken;
    }
}
