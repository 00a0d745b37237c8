package io.chronosdb.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.address.ItemKey;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Ov;
import io.chronosdb.port.ByteRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PackTest {
    private static final int ROUNDS = 60;

    @Test
    void any_versions_are_read_back_as_they_were_whole_and_one_by_one() {
        for (long seed = 1; seed <= ROUNDS; seed++) {
            List<PackedVersion> versions = versions(new Random(seed));

            byte[] pack = pack(versions);

            assertThat(text(PackIndex.readAll(pack))).as("seed=" + seed).isEqualTo(text(versions));
            PackIndex index = PackIndex.decode(Arrays.copyOfRange(
                    pack, pack.length - PackIndex.tailBytes(ByteRange.last(60).of(pack)), pack.length));
            for (PackedVersion version : versions) {
                PackIndex.Place place = index.find(version.name()).orElseThrow();
                assertThat(index.body(place, index.range(place).of(pack)))
                        .as("seed=" + seed + " " + version)
                        .isEqualTo(version.body());
            }
            assertThat(index.find(new PackedVersion.Name(new ItemKey("users", "nobody"), Ov.FIRST)))
                    .isEmpty();
        }
    }

    @Test
    void the_same_versions_are_the_same_bytes_in_however_many_steps_they_came() {
        for (long seed = 1; seed <= ROUNDS; seed++) {
            Random random = new Random(seed);
            List<PackedVersion> versions = versions(random);

            PackWriter writer = new PackWriter();
            for (PackedVersion version : versions) {
                if (random.nextInt(20) == 0) {
                    writer = PackWriter.goingOn(writer.bytes());
                }
                assertThat(writer.add(version)).isTrue();
            }

            assertThat(writer.bytes()).as("seed=" + seed).isEqualTo(pack(versions));
        }
    }

    @Test
    void a_version_that_is_added_again_is_there_once() {
        PackWriter writer = new PackWriter();

        assertThat(writer.add(version("ann", 0, 10))).isTrue();
        assertThat(writer.add(version("ann", 0, 10))).isTrue();

        assertThat(PackIndex.readAll(writer.bytes())).hasSize(1);
    }

    @Test
    void a_pack_takes_no_large_version_and_no_more_than_it_may_have() {
        PackWriter bytes = new PackWriter();
        assertThat(bytes.add(version("large", 0, PackIndex.VERSION_BYTES_MAX + 1)))
                .isFalse();
        for (int i = 0; i < PackIndex.PLAIN_BYTES_MAX / PackIndex.VERSION_BYTES_MAX; i++) {
            assertThat(bytes.add(version("ann", i, PackIndex.VERSION_BYTES_MAX)))
                    .isTrue();
        }
        assertThat(bytes.add(version("one-too-many", 0, 1))).isFalse();

        PackWriter many = new PackWriter();
        for (int i = 0; i < PackIndex.VERSIONS_MAX; i++) {
            assertThat(many.add(version("ann", i, 1))).isTrue();
        }
        assertThat(many.add(version("one-too-many", 0, 1))).isFalse();

        assertThat(PackIndex.readAll(bytes.bytes())).hasSize(256);
        assertThat(PackIndex.readAll(many.bytes())).hasSize(PackIndex.VERSIONS_MAX);
    }

    @Test
    void a_pack_that_was_cut_anywhere_is_damaged() {
        byte[] pack = pack(versions(new Random(3)));
        Random random = new Random(4);

        for (int i = 0; i < 500; i++) {
            byte[] cut = Arrays.copyOf(pack, random.nextInt(pack.length));

            assertThatThrownBy(() -> PackIndex.readAll(cut))
                    .isInstanceOf(Invalid.class)
                    .hasMessageContaining("the pack is damaged");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void no_changed_byte_goes_unnoticed(long seed) {
        byte[] pack = pack(versions(new Random(seed)));
        Random random = new Random(seed);

        for (int i = 0; i < 500; i++) {
            byte[] changed = pack.clone();
            int at = i < PackIndex.FOOTER_BYTES ? pack.length - 1 - i : random.nextInt(pack.length);
            changed[at] ^= (byte) (1 << random.nextInt(8));

            assertThatThrownBy(() -> PackIndex.readAll(changed))
                    .as("seed=" + seed + " at=" + at + " of=" + pack.length)
                    .isInstanceOf(Invalid.class);
        }
    }

    @Test
    void what_is_no_pack_at_all_is_said_to_be_none() {
        for (String other : List.of("", "{}", "x".repeat(1_000))) {
            assertThatThrownBy(() -> PackIndex.readAll(other.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(Invalid.class)
                    .hasMessageContaining("does not end as a pack does");
        }
    }

    private static byte[] pack(List<PackedVersion> versions) {
        PackWriter writer = new PackWriter();
        versions.forEach(version -> assertThat(writer.add(version)).isTrue());
        return writer.bytes();
    }

    /** A few to some hundred versions, of a byte to more than a block. */
    private static List<PackedVersion> versions(Random random) {
        List<PackedVersion> versions = new ArrayList<>();
        int count = 1 + random.nextInt(200);
        for (int i = 0; i < count; i++) {
            int length = 1 + random.nextInt(random.nextInt(10) == 0 ? PackIndex.VERSION_BYTES_MAX : 2_000);
            byte[] body = new byte[length];
            if (random.nextBoolean()) {
                random.nextBytes(body);
            } else {
                Arrays.fill(body, (byte) random.nextInt());
            }
            versions.add(new PackedVersion(
                    new PackedVersion.Name(
                            new ItemKey(random.nextBoolean() ? "users" : "orders", "item-" + random.nextInt(20)),
                            new Ov(i)),
                    body));
        }
        return versions;
    }

    private static PackedVersion version(String id, long ov, int length) {
        return new PackedVersion(new PackedVersion.Name(new ItemKey("users", id), new Ov(ov)), new byte[length]);
    }

    private static List<String> text(List<PackedVersion> versions) {
        return versions.stream()
                .map(version -> version + " " + Arrays.hashCode(version.body()))
                .toList();
    }
}
