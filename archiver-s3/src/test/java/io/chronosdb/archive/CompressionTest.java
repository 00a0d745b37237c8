package io.chronosdb.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
class CompressionTest {
    private static final Compression ON = new Compression(true, 1 << 20);
    private static final byte[] BODY = "{\"n\":1}".repeat(1_000).getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path base;

    private final ObjectKey plain = new ObjectKey("gzip-" + UUID.randomUUID(), "plain");
    private final ObjectKey compressed = new ObjectKey(plain.bucket(), "compressed");

    @Test
    void the_same_body_always_gives_the_same_bytes_with_no_time_in_them() {
        byte[] once = Compression.compress(BODY);

        assertThat(Compression.compress(BODY.clone())).isEqualTo(once);
        assertThat(Arrays.copyOf(once, 10)).containsExactly(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);
        assertThat(once.length).isLessThan(BODY.length / 10);
        assertThat(ON.decompress(once)).isEqualTo(BODY);
    }

    @Test
    void a_small_object_that_unpacks_to_a_huge_one_is_refused_before_it_has() {
        byte[] bomb = Compression.compress(new byte[64 << 20]);
        byte[] justRight = Compression.compress(new byte[ON.plainBytesMax()]);

        assertThat(bomb.length).isLessThan(100_000);
        assertThatThrownBy(() -> ON.decompress(bomb))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("plainBytesMax=1048576");
        assertThat(ON.decompress(justRight)).hasSize(ON.plainBytesMax());
    }

    @Test
    void what_is_damaged_is_refused() {
        byte[] whole = Compression.compress(BODY);

        for (int length = 2; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> ON.decompress(cut)).isInstanceOf(Invalid.class);
        }
    }

    @Test
    void plain_and_compressed_objects_lie_side_by_side_whatever_is_switched_on_in_s3() {
        try (S3Archive off = SharedS3.archive();
                S3Archive on = SharedS3.archive(ON)) {
            sideBySide(off, on);
        }
    }

    @Test
    void plain_and_compressed_objects_lie_side_by_side_whatever_is_switched_on_in_files() throws Exception {
        try (FileArchive off = new FileArchive(FileSettings.at(base));
                FileArchive on = new FileArchive(FileSettings.at(base), ON)) {
            sideBySide(off, on);
        }
        assertThat(Files.readAllBytes(base.resolve(plain.toString()))).isEqualTo(BODY);
        assertThat(Files.readAllBytes(base.resolve(compressed.toString()))).isEqualTo(Compression.compress(BODY));
    }

    private void sideBySide(Archive off, Archive on) {
        assertThat(off.putIfAbsent(plain, BODY).join()).isTrue();
        assertThat(on.putIfAbsent(compressed, BODY).join()).isTrue();

        for (Archive archive : List.of(off, on)) {
            assertThat(archive.get(plain).join()).hasValue(BODY);
            assertThat(archive.get(compressed).join()).hasValue(BODY);
            assertThat(archive.putIfAbsent(plain, new byte[3]).join()).isFalse();
            assertThat(archive.putIfAbsent(compressed, new byte[3]).join()).isFalse();
        }
    }

    @Test
    void an_object_that_cannot_be_unpacked_is_invalid_and_says_which_it_is() throws Exception {
        byte[] damaged = Arrays.copyOf(Compression.compress(BODY), 20);
        Files.createDirectories(base.resolve(plain.bucket()));
        Files.write(base.resolve(compressed.toString()), damaged);

        try (FileArchive files = new FileArchive(FileSettings.at(base))) {
            assertThatThrownBy(() -> Futures.await(files.get(compressed), Duration.ofSeconds(30), "the call"))
                    .isInstanceOf(Invalid.class)
                    .hasMessageContaining(compressed.toString());
        }
        try (S3Archive small = SharedS3.archive(new Compression(true, 100))) {
            small.put(compressed, BODY).join();
            assertThatThrownBy(() -> Futures.await(small.get(compressed), Duration.ofSeconds(30), "the call"))
                    .isInstanceOf(Invalid.class)
                    .hasMessageContaining(compressed.toString())
                    .hasMessageContaining("plainBytesMax=100");
        }
    }
}
