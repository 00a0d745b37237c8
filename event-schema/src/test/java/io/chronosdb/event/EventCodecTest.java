package io.chronosdb.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.address.ItemKey;
import io.chronosdb.event.SingleObject.MalformedRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class EventCodecTest {
    /** Of the first schema. Written once, never edited: every later build must read it. */
    private static final String GOLDEN_CREATED_1 =
            "c3010e271bc3fc0579300e4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a80e0"
                    + "a0b19ebab0061467656e65726174696f6e520001000a757365727306616e6e00060080e0a0b19ebab006020a61"
                    + "63746f72020c726561736f6e020869642d3104026102310262023200022a7b22656d61696c223a2022616e6e40"
                    + "782e696f227d00";

    private static final Event CREATED = new Event(
            new Link(7, Hash.of(new byte[] {1}), "generation", 41, 0, true),
            Instant.parse("2026-11-23T03:11:27.123456Z"),
            new Version(
                    new ItemKey("users", "ann"),
                    new Ov(0),
                    new Cv(3),
                    Op.CREATE,
                    Instant.parse("2026-11-23T03:11:27.123456Z"),
                    Instant.parse("2026-11-23T03:11:27.123456Z"),
                    new Provenance(
                            Optional.of("actor"),
                            Optional.of("reason"),
                            Optional.of("id-1"),
                            Map.of("b", "2", "a", "1")),
                    Optional.of(Payload.of("{\"email\": \"ann@x.io\"}".getBytes(StandardCharsets.UTF_8)))));

    /** Of the present schema. Every later build must read it. */
    private static final String GOLDEN_TRANSACTION_2 =
            "c301146086f12a6e11130e4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a80e0"
                    + "a0b19ebab0061467656e65726174696f6e52000104040a757365727306616e6e02080680e0a0b19ebab0060000"
                    + "000002047b7d0406664031026700020270026102026f02620200020000020a70686f746f06010203000a757365"
                    + "727306626f620e0a0480e0a0b19ebab0060000000000000000000406020a70686f746f00000000";

    private static final Version ENRICHED = new Version(
            new ItemKey("users", "ann"),
            new Ov(1),
            new Cv(4),
            Op.ENRICH,
            CREATED.at(),
            CREATED.at(),
            new Provenance(Optional.empty(), Optional.empty(), Optional.empty(), Map.of(), List.of("f@1", "g")),
            new Lineage(Optional.of(new ItemKey("p", "a")), Optional.of(new ItemKey("o", "b"))),
            Optional.of(new Ov(0)),
            new Kept(Keeps.LATEST, new Ov(0), List.of()),
            Optional.of(Payload.of("{}".getBytes(StandardCharsets.UTF_8))),
            Map.of("photo", new Blob(new byte[] {1, 2, 3})));

    private static final Version DELETED = new Version(
            new ItemKey("users", "bob"),
            new Ov(7),
            new Cv(5),
            Op.DELETE,
            CREATED.at(),
            CREATED.at(),
            Provenance.NONE,
            Lineage.NONE,
            Optional.empty(),
            new Kept(Keeps.NOTHING, new Ov(3), List.of("photo")),
            Optional.empty(),
            Map.of());

    private static final Event TRANSACTION =
            new Event(CREATED.link(), CREATED.at(), new Transaction(List.of(ENRICHED, DELETED)));

    @Test
    void an_event_comes_back_as_it_was() {
        assertThat(EventCodec.decode(EventCodec.encode(TRANSACTION))).isEqualTo(TRANSACTION);
        assertThat(EventCodec.decode(EventCodec.encode(CREATED))).isEqualTo(CREATED);
        Event configured = new Event(CREATED.link(), CREATED.at(), new Configured("{}"));
        assertThat(EventCodec.decode(EventCodec.encode(configured))).isEqualTo(configured);
    }

    @Test
    void the_bytes_of_every_schema_are_read_for_ever() {
        assertThat(EventCodec.decode(HexFormat.of().parseHex(GOLDEN_CREATED_1))).isEqualTo(CREATED);
        assertThat(EventCodec.decode(HexFormat.of().parseHex(GOLDEN_TRANSACTION_2)))
                .isEqualTo(TRANSACTION);
    }

    @Test
    void the_same_event_is_the_same_bytes() {
        assertThat(HexFormat.of().formatHex(EventCodec.encode(TRANSACTION))).isEqualTo(GOLDEN_TRANSACTION_2);
    }

    @Test
    void an_event_of_a_later_schema_is_known_by_its_place_in_the_chain_and_nothing_else_is() {
        Chain chain = new Chain(CREATED.link().seq(), CREATED.link().prev());
        byte[] later = EventCodec.encode(CREATED);
        later[5] ^= 1; // Another fingerprint.

        assertThatThrownBy(() -> EventCodec.decode(later)).isInstanceOf(MalformedRecord.class);
        assertThat(EventCodec.continuesUnread(later, chain)).isTrue();
        assertThat(EventCodec.continuesUnread(later, Chain.START)).isFalse();
        assertThat(EventCodec.continuesUnread(later, new Chain(7, Hash.ZERO))).isFalse();
        assertThat(EventCodec.continuesUnread(EventCodec.encode(CREATED), chain))
                .as("it can be read")
                .isFalse();
        assertThat(EventCodec.continuesUnread(Arrays.copyOf(later, 20), chain)).isFalse();
        assertThat(EventCodec.continuesUnread(new byte[0], chain)).isFalse();
        byte[] junk = later.clone();
        junk[0] = 0;
        assertThat(EventCodec.continuesUnread(junk, chain)).isFalse();
    }

    @Test
    void the_bytes_are_what_any_avro_library_reads_and_writes() throws Exception {
        Schema schema = SingleObject.of("/avro/Event.avsc").schema();
        byte[] bytes = EventCodec.encode(CREATED);

        GenericRecord record = new GenericDatumReader<GenericRecord>(schema)
                .read(null, DecoderFactory.get().binaryDecoder(bytes, 10, bytes.length - 10, null));
        assertThat(record.get("seq")).isEqualTo(7L);
        assertThat(((GenericRecord) record.get("fact")).get("id").toString()).isEqualTo("ann");

        var out = new java.io.ByteArrayOutputStream();
        new BinaryMessageEncoder<GenericRecord>(GenericData.get(), schema).encode(record, out);
        assertThat(Arrays.copyOf(out.toByteArray(), 10)).isEqualTo(Arrays.copyOf(bytes, 10));
        var encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
    }

    @Test
    void mutilated_bytes_are_malformed_and_nothing_else() {
        byte[] bytes = EventCodec.encode(CREATED);
        Random random = new Random(1);
        for (int i = 0; i < bytes.length; i++) {
            byte[] cut = Arrays.copyOf(bytes, i);
            assertThatThrownBy(() -> EventCodec.decode(cut)).isInstanceOf(MalformedRecord.class);
        }
        for (int i = 0; i < 5_000; i++) {
            byte[] mutated = bytes.clone();
            mutated[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            try {
                EventCodec.decode(mutated);
            } catch (MalformedRecord expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            }
        }
    }
}
