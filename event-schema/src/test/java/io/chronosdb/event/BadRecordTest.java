package io.chronosdb.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import io.chronosdb.address.ItemKey;
import io.chronosdb.event.SingleObject.MalformedRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Records on an events topic that are no events: each is malformed, at once and in little memory. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BadRecordTest {
    private static final byte[] GOOD = EventCodec.encode(event());
    private static final byte[] HEADER = Arrays.copyOf(GOOD, 10);

    /** Writes what is behind the header. */
    private interface Body {
        void write(BinaryEncoder out) throws IOException;
    }

    private static final Map<String, byte[]> BAD = new LinkedHashMap<>();

    static {
        BAD.put("nothing", new byte[0]);
        BAD.put("the header alone", HEADER);
        BAD.put("another marker", new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
        BAD.put("an unknown fingerprint", with(GOOD, 5, 99));
        BAD.put("bytes behind it", Arrays.copyOf(GOOD, GOOD.length + 1));
        BAD.put("extensions that jump back", body(BadRecordTest::writeConfigured, out -> {
            out.writeLong(-1); // A block of one entry, and its size in bytes, to be skipped at once.
            out.writeLong(-2);
        }));
        BAD.put("extensions with names of negative lengths", body(BadRecordTest::writeConfigured, out -> {
            out.writeLong(1_000_000_000_000L);
            out.writeLong(-1); // A name of so many bytes.
            out.writeLong(-1);
        }));
        BAD.put("extensions without an end", body(BadRecordTest::writeConfigured, out -> out.writeLong(1L << 40)));
        BAD.put("a negative length", body(out -> {
            writeLink(out);
            out.writeIndex(1);
            out.writeLong(-5);
        }));
        BAD.put("a length of 2 GB", body(out -> {
            writeLink(out);
            out.writeIndex(1);
            out.writeLong(Integer.MAX_VALUE);
        }));
        BAD.put("an unknown fact", body(out -> {
            writeLink(out);
            out.writeIndex(3);
        }));
        BAD.put("a transaction of nothing", body(out -> {
            writeLink(out);
            out.writeIndex(2);
            out.writeLong(0);
            out.writeLong(0);
        }));
        BAD.put("a transaction of a million million", body(out -> {
            writeLink(out);
            out.writeIndex(2);
            out.writeLong(1L << 40);
        }));
        BAD.put("a collection that leaves its folder", body(out -> {
            writeLink(out);
            out.writeIndex(0);
            out.writeString("../users");
            out.writeString("ann");
        }));
        BAD.put("an item of two megabytes", body(out -> {
            writeLink(out);
            out.writeIndex(0);
            out.writeString("users");
            out.writeString("a".repeat(2 << 20));
        }));
        BAD.put("an unknown operation", body(out -> {
            writeLink(out);
            out.writeIndex(0);
            out.writeString("users");
            out.writeString("ann");
            out.writeLong(0);
            out.writeLong(0);
            out.writeEnum(17);
        }));
        BAD.put("a negative version", body(out -> {
            writeLink(out);
            out.writeIndex(0);
            out.writeString("users");
            out.writeString("ann");
            out.writeLong(-1);
        }));
        BAD.put("three million headers", body(out -> {
            writeVersionUpToHeaders(out);
            out.writeLong(3_000_000);
            for (int i = 0; i < 3_000_000; i++) {
                out.writeString(Integer.toString(i, 36));
                out.writeString("");
            }
        }));
        BAD.put("five million functions", body(out -> {
            writeVersionUpToHeaders(out);
            out.writeLong(0);
            out.writeIndex(1);
            out.writeString("{}");
            out.writeLong(5_000_000);
            for (int i = 0; i < 5_000_000; i++) {
                out.writeString("");
            }
        }));
    }

    @TestFactory
    @DisplayName("no event:")
    Stream<DynamicTest> no_event() {
        return BAD.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getKey(),
                        () -> assertTimeoutPreemptively(
                                Duration.ofSeconds(5),
                                () -> assertThatThrownBy(() -> EventCodec.decode(entry.getValue()))
                                        .isInstanceOf(MalformedRecord.class))));
    }

    @Test
    void every_cut_and_every_changed_byte_is_malformed_or_an_event_in_bounded_memory() {
        for (int length = 0; length < GOOD.length; length++) {
            byte[] cut = Arrays.copyOf(GOOD, length);
            assertThatThrownBy(() -> EventCodec.decode(cut)).isInstanceOf(MalformedRecord.class);
        }
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("test=bad records seed=" + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 200_000; i++) {
            byte[] changed = GOOD.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                changed[10 + random.nextInt(changed.length - 10)] = (byte) random.nextInt();
            }
            long before = allocated();
            decode(changed);
            assertThat(allocated() - before)
                    .as("memory for a record of %s bytes, seed %s", changed.length, seed)
                    .isLessThan(1 << 20);
        }
    }

    @Test
    void memory_for_lists_and_maps_is_bounded_whatever_they_say() {
        for (String name : List.of("three million headers", "five million functions")) {
            byte[] record = BAD.getOrDefault(name, GOOD);
            long before = allocated();
            decode(record);
            assertThat(allocated() - before).as(name).isLessThan(8 << 20);
        }
    }

    private static void decode(byte[] record) {
        try {
            EventCodec.decode(record);
        } catch (MalformedRecord e) {
            // One of the two.
        }
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private static byte[] with(byte[] record, int at, int value) {
        byte[] changed = record.clone();
        changed[at] = (byte) value;
        return changed;
    }

    private static byte[] body(Body... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(HEADER);
        try {
            BinaryEncoder out = EncoderFactory.get().directBinaryEncoder(bytes, null);
            for (Body part : parts) {
                part.write(out);
            }
            out.flush();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    private static void writeLink(BinaryEncoder out) throws IOException {
        out.writeLong(0);
        out.writeFixed(new byte[32]);
        out.writeLong(0);
        out.writeString("generation");
        out.writeLong(0);
        out.writeInt(0);
        out.writeBoolean(true);
    }

    private static void writeConfigured(BinaryEncoder out) throws IOException {
        writeLink(out);
        out.writeIndex(1);
        out.writeString("{}");
    }

    private static void writeVersionUpToHeaders(BinaryEncoder out) throws IOException {
        writeLink(out);
        out.writeIndex(0);
        out.writeString("users");
        out.writeString("ann");
        out.writeLong(0);
        out.writeLong(0);
        out.writeEnum(0);
        out.writeLong(0);
        out.writeIndex(0);
        out.writeIndex(0);
        out.writeIndex(0);
    }

    private static Event event() {
        Instant at = Instant.parse("2026-11-23T03:00:00Z");
        Version version = new Version(
                new ItemKey("users", "ann"),
                new Ov(3),
                new Cv(4),
                Op.ENRICH,
                at,
                at,
                new Provenance(
                        Optional.of("actor"), Optional.of("reason"), Optional.of("id"), Map.of("a", "b"), List.of("f")),
                new Lineage(Optional.of(new ItemKey("users", "p")), Optional.of(new ItemKey("users", "o"))),
                Optional.empty(),
                new Kept(Keeps.ALL, Ov.FIRST, List.of()),
                Optional.of(Payload.of("{\"a\":1}".getBytes(StandardCharsets.UTF_8))),
                Map.of("photo", new Blob(new byte[] {1, 2, 3})));
        return new Event(new Link(7, Hash.ZERO, "generation", 3, 0, true), at, new Transaction(List.of(version)));
    }
}
