package io.chronosdb.conformance;

import static io.chronosdb.conformance.Given.FIRST;
import static io.chronosdb.conformance.Given.json;
import static io.chronosdb.conformance.Given.refused;
import static io.chronosdb.conformance.Given.system;
import static io.chronosdb.conformance.Promise.promise;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Read;
import io.chronosdb.command.Receipt;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.Invalid;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** URLs to archived documents. */
final class Urls {
    private static final int STATUS_OK = 200;
    private static final int GZIP_MAGIC = 0x1f;

    private Urls() {}

    static List<Promise> all() {
        return List.of(
                promise("a URL gives the archived version, with its _system block", "R3 O1", Urls::gives),
                promise("a URL is good for 1 second to 7 days", "X3", Urls::ttl),
                promise(
                        "there is a URL only where it is asked for, and none of a deletion",
                        "R3",
                        Urls::onlyWhenAsked));
    }

    private static void gives(Installation at) throws Exception {
        ItemCollection items = at.items();
        Receipt created = items.create(json("{'n':1.10}"), "ann", "why");
        items.update(created.id(), json("{'n':2}"), created.ov());

        for (Optional<Item> item : List.of(
                items.getVersion(created.id(), FIRST, Read.PLAIN.presigned()),
                items.getAsOf(created.id(), created.at(), Read.PLAIN.presigned(Duration.ofMinutes(5))))) {
            String text = fetch(item.orElseThrow().url().orElseThrow(() -> new AssertionError("there is no URL")));
            ObjectNode document = Json.parseObject(text.getBytes(StandardCharsets.UTF_8));
            assertThat(text).contains("\"n\":1.10").startsWith("{\"_system\":");
            assertThat(document.path("_system")).isEqualTo(system(item));
        }
        Item latest = items.getLatest(created.id(), Read.PLAIN.presigned()).orElseThrow();
        assertThat(fetch(latest.url().orElseThrow())).contains("\"n\":2");
    }

    /** From S3, or from a folder. */
    private static String fetch(URI url) throws Exception {
        var connection = url.toURL().openConnection();
        connection.setConnectTimeout(10_000);
        connection.setReadTimeout(10_000);
        if (connection instanceof java.net.HttpURLConnection http) {
            assertThat(http.getResponseCode()).isEqualTo(STATUS_OK);
        }
        try (InputStream in = connection.getInputStream()) {
            byte[] bytes = in.readAllBytes();
            return new String(bytes[0] == GZIP_MAGIC ? unzipped(bytes) : bytes, StandardCharsets.UTF_8);
        }
    }

    private static byte[] unzipped(byte[] bytes) throws Exception {
        try (InputStream in = new GZIPInputStream(new java.io.ByteArrayInputStream(bytes))) {
            return in.readAllBytes();
        }
    }

    private static void ttl(Installation at) {
        for (Duration bad : List.of(
                Duration.ZERO, Duration.ofSeconds(-1), Duration.ofDays(7).plusSeconds(1))) {
            refused(Invalid.class, () -> Read.PLAIN.presigned(bad));
        }
        assertThat(Read.PLAIN.presigned().urlTtl()).contains(Duration.ofHours(1));
        ItemCollection items = at.items();
        Receipt created = items.create(Map.of("n", 1));
        for (Duration good : List.of(Duration.ofSeconds(1), Duration.ofDays(7))) {
            assertThat(items.getLatest(created.id(), Read.PLAIN.presigned(good))
                            .orElseThrow()
                            .url())
                    .isPresent();
        }
    }

    private static void onlyWhenAsked(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(Map.of("n", 1));
        assertThat(items.getLatest(created.id()).orElseThrow().url()).isEmpty();
        assertThat(items.listByMeta(items.query().query(), Read.PLAIN.presigned())
                        .items()
                        .get(0)
                        .url())
                .isPresent();

        items.delete(created.id(), created.ov());

        assertThat(items.getLatest(created.id(), Read.PLAIN.includingDeleted().presigned())
                        .orElseThrow()
                        .url())
                .isEmpty();
    }
}
