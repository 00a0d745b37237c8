package io.chronosdb.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.address.ItemKey;
import io.chronosdb.document.ItemDocument;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Position;
import io.chronosdb.event.Version;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.testkit.archive.InMemoryArchive;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ArchiveReaderTest {
    private static final int DOCUMENTS = 3_000;
    private static final ItemKey ITEM = new ItemKey("users", "u1");
    private static final Position POSITION = new Position(History.DATABASE, 0, 0);

    private final InMemoryArchive archive = new InMemoryArchive();
    private final ArchiveLocation location = new ArchiveLocation("bucket", "");
    private final ArchiveReader reader = new ArchiveReader(archive, location, Duration.ofSeconds(10));

    @Test
    void whatever_document_was_archived_is_read_back_to_the_byte() {
        long seed = Long.getLong("seed", System.nanoTime());
        JsonText json = new JsonText(new Random(seed));

        for (int i = 0; i < DOCUMENTS; i++) {
            String document = json.object();
            archive(History.version("u1", i, i, document));

            ItemDocument read = reader.read(ITEM, new Ov(i)).orElseThrow();

            assertThat(new String(read.payload().orElseThrow().json(), StandardCharsets.UTF_8))
                    .as("-Dseed=%d document %d", seed, i)
                    .isEqualTo(document);
            requireSystemFirst(i, "-Dseed=" + seed + " document " + i);
        }
    }

    @Test
    void documents_at_the_edges_are_read_back_to_the_byte() {
        List<String> documents = List.of(
                "{}",
                "{ }",
                "{\n\t\r }",
                "{ \"a\":1}",
                "{\"a\":1 }",
                "{\"\":{}}",
                "{\"a\":{\"_system\":{\"sha256\":\"x\"}}}",
                "{\"n\":123456789012345678901234567890.10}",
                "{\"s\":\"" + "🙂".repeat(50_000) + "\"}");

        for (int i = 0; i < documents.size(); i++) {
            archive(History.version("u1", i, i, documents.get(i)));

            ItemDocument read = reader.read(ITEM, new Ov(i)).orElseThrow();

            assertThat(read.payload().orElseThrow().json())
                    .isEqualTo(documents.get(i).getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void a_deletion_has_no_document() {
        archive(History.version("u1", 3, 3, ""));

        ItemDocument read = reader.read(ITEM, new Ov(3)).orElseThrow();

        assertThat(read.payload()).isEmpty();
        assertThat(read.system().get("op").asText()).isEqualTo("delete");
    }

    @Test
    void what_is_not_archived_is_absent() {
        archive(History.version("u1", 0, 0, "{}"));

        assertThat(reader.read(ITEM, new Ov(1))).isEmpty();
        assertThat(reader.read(new ItemKey("users", "u2"), Ov.FIRST)).isEmpty();
    }

    @Test
    void an_object_with_any_byte_of_its_document_changed_is_refused() {
        Version version = History.version("u1", 0, 0, "{\"name\":\"Ada\"}");
        byte[] body = ItemDocument.encode(version);
        int documentStarts = body.length - version.payload().orElseThrow().size() + 1;

        for (int i = documentStarts; i < body.length; i++) {
            byte[] damaged = body.clone();
            damaged[i] ^= 1;
            assertRefused(damaged);
        }
    }

    @Test
    void an_object_that_ends_too_early_is_refused_wherever_it_ends() {
        byte[] body = ItemDocument.encode(History.version("u1", 0, 0, "{\"name\":\"Ada\"}"));

        for (int length = 0; length < body.length; length++) {
            assertRefused(Arrays.copyOf(body, length));
        }
    }

    @Test
    void an_object_that_is_of_another_version_is_refused() {
        assertRefused(ItemDocument.encode(History.version("u1", 1, 1, "{}")));
    }

    @Test
    void without_the_archive_reading_is_unavailable() {
        archive.goDown();

        assertThatThrownBy(() -> reader.read(ITEM, Ov.FIRST)).isInstanceOf(Unavailable.class);
    }

    @Test
    void a_url_of_a_version_gives_its_object() {
        archive(History.version("u1", 0, 0, "{}"));

        URI url = reader.presign(ITEM, Ov.FIRST, POSITION, Duration.ofMinutes(1), Duration.ZERO)
                .orElseThrow();

        assertThat(archive.fetch(url)).hasValue(ItemDocument.encode(History.version("u1", 0, 0, "{}")));
    }

    @Test
    void a_url_of_a_version_that_is_not_archived_yet_waits_for_it() throws Exception {
        CompletableFuture<Optional<URI>> url = CompletableFuture.supplyAsync(
                () -> reader.presign(ITEM, Ov.FIRST, POSITION, Duration.ofMinutes(1), Duration.ofSeconds(60)));
        archive(History.version("u1", 0, 0, "{}"));

        assertThat(archive.fetch(url.get(60, TimeUnit.SECONDS).orElseThrow())).isPresent();
    }

    @Test
    void there_is_no_url_of_a_version_that_is_not_archived_in_time() {
        assertThat(reader.presign(ITEM, Ov.FIRST, POSITION, Duration.ofMinutes(1), Duration.ZERO))
                .isEmpty();
        assertThat(reader.presign(ITEM, Ov.FIRST, POSITION, Duration.ofMinutes(1), Duration.ofMillis(20)))
                .isEmpty();
        assertThatThrownBy(() -> reader.presign(ITEM, Ov.FIRST, POSITION, Duration.ZERO, Duration.ZERO))
                .isInstanceOf(Invalid.class);
    }

    private void archive(Version version) {
        archive.put(location.item(version.item(), version.ov()), ItemDocument.encode(version))
                .join();
    }

    private void assertRefused(byte[] body) {
        archive.put(location.item(ITEM, Ov.FIRST), body).join();

        assertThatThrownBy(() -> reader.read(ITEM, Ov.FIRST))
                .as(new String(body, StandardCharsets.UTF_8))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("bucket/users/u1/v0/item.json");
    }

    /** The object is a JSON document in its own right, for whoever reads S3 without us. */
    private void requireSystemFirst(long ov, String which) {
        byte[] body = archive.get(location.item(ITEM, new Ov(ov))).join().orElseThrow();
        ObjectNode whole = Json.parseObject(body);
        assertThat(whole.fieldNames().next()).as(which).isEqualTo("_system");
        assertThat(whole.get("_system").get("ov").asLong()).as(which).isEqualTo(ov);
        assertThat(whole.get("_system").get("headers").get("näme").asText()).isEqualTo("wert ✓");
    }
}
