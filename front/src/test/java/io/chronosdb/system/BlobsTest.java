package io.chronosdb.system;

import static io.chronosdb.system.TestSystem.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.Chronos;
import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Read;
import io.chronosdb.Write;
import io.chronosdb.address.Route;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.NotIndexed;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Hash;
import io.chronosdb.event.Ov;
import io.chronosdb.node.Role;
import io.chronosdb.node.Stores;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Base64 properties in both directions, on real servers. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BlobsTest {
    private static final byte[] PHOTO = {(byte) 0x89, 'P', 'N', 'G', 0, 1, 2, (byte) 0xff};
    private static final String TEXT = "grüße";

    private static TestSystem system;
    private static Chronos chronos;
    private static Stores stores;

    private final ItemCollection items = chronos.with(Route.runtime("tenant-a").collection("people"));

    @BeforeAll
    static void start() {
        system = TestSystem.create(config -> {
            ObjectNode props =
                    config.putObject("collectionMaps").putObject("people").putObject("base64Props");
            props.putObject("photo").put("contentType", "image/png");
            props.putObject("cv.text").put("contentType", "text/plain").put("textCharset", "ISO-8859-1");
        });
        system.node();
        chronos = system.client();
        stores = new Stores(system.config());
    }

    @AfterAll
    static void stop() throws Exception {
        stores.close();
        system.close();
    }

    @Test
    void bytes_are_kept_beside_the_document_which_has_a_reference_in_their_place() throws Exception {
        Receipt created = items.create(person());

        Item item = items.getLatest(created.id()).orElseThrow();
        ObjectNode photo = (ObjectNode) item.data().orElseThrow().path("photo");
        assertThat(photo.path("key").asText())
                .isEqualTo("runtime.tenant-a/people/" + created.id() + "/v0/photo/blob.bin");
        assertThat(photo.path("size").asInt()).isEqualTo(PHOTO.length);
        assertThat(photo.path("sha256").asText()).isEqualTo(Hash.of(PHOTO).toString());
        assertThat(photo.path("contentType").asText()).isEqualTo("image/png");
        assertThat(photo.has("textKey")).isFalse();
        assertThat(item.data().orElseThrow().at("/cv/text/textKey").asText()).endsWith("/v0/cv.text/text.txt");
        assertThat(item.data().orElseThrow().path("name").asText()).isEqualTo("ann");

        var location = stores.location(items.route().database());
        var archive = stores.archive(items.route().database());
        eventually(() -> archive.get(location.item(items.route().item(created.id()), new Ov(0)))
                .join()
                .isPresent());
        assertThat(archive.get(location.blob(items.route().item(created.id()), new Ov(0), "photo"))
                        .join())
                .hasValue(PHOTO);
        assertThat(archive.get(location.text(items.route().item(created.id()), new Ov(0), "cv.text"))
                        .join())
                .hasValue(TEXT.getBytes(StandardCharsets.UTF_8));
        Item presigned = items.getLatest(created.id(), Read.PLAIN.presigned(Duration.ofMinutes(5)))
                .orElseThrow();
        HttpResponse<byte[]> fetched = fetch(presigned.blobUrls().get("photo"));
        assertThat(fetched.body()).isEqualTo(PHOTO);
        assertThat(fetched.headers().firstValue("content-type")).hasValue("image/png");
        assertThat(Json.parseObject(fetch(presigned.url().orElseThrow()).body())
                        .at("/photo/size")
                        .asInt())
                .isEqualTo(PHOTO.length);
    }

    @Test
    void a_read_gives_the_base64_again_also_before_anything_is_archived() throws Exception {
        Receipt created = items.create(person());
        assertThat(items.getLatest(created.id(), Read.PLAIN.inlining())
                        .orElseThrow()
                        .data()
                        .orElseThrow())
                .isEqualTo(Json.parseObject(Json.bytes(person())));

        try (TestSystem withoutArchiver = TestSystem.create(config -> config.putObject("collectionMaps")
                .putObject("people")
                .putObject("base64Props")
                .putObject("photo")
                .put("contentType", "image/png"))) {
            withoutArchiver.node(Role.COMMANDS, Role.PROJECTOR);
            ItemCollection there = withoutArchiver.client().with(items.route());
            Receipt first = there.create(Map.of("photo", base64(PHOTO)));
            Receipt second = there.enrich(first.id(), Map.of("n", 1), Write.PLAIN);

            assertThat(there.getVersion(first.id(), second.ov(), Read.PLAIN.inlining())
                            .orElseThrow()
                            .data()
                            .orElseThrow()
                            .path("photo")
                            .asText())
                    .isEqualTo(base64(PHOTO));
        }
    }

    @Test
    void a_reference_survives_updates_enrichments_and_restores_and_names_the_older_version() {
        Receipt v0 = items.create(person());
        ObjectNode read = items.getLatest(v0.id()).orElseThrow().data().orElseThrow();
        read.put("name", "anna");

        Receipt v1 = items.update(v0.id(), read, v0.ov());
        Receipt v2 = items.enrich(v0.id(), Map.of("age", 3), Write.PLAIN);
        Receipt v3 = items.update(v0.id(), Map.of("name", "x", "photo", base64(new byte[] {9})), v2.ov());
        Receipt v4 = items.restoreObject(v0.id(), RestorePoint.ov(1));

        for (Receipt receipt : List.of(v1, v2, v4)) {
            Item item = items.getVersion(v0.id(), receipt.ov(), Read.PLAIN.inlining())
                    .orElseThrow();
            assertThat(item.data().orElseThrow().path("photo").asText()).isEqualTo(base64(PHOTO));
            assertThat(items.getVersion(v0.id(), receipt.ov())
                            .orElseThrow()
                            .data()
                            .orElseThrow()
                            .at("/photo/key")
                            .asText())
                    .contains("/v0/photo/");
        }
        assertThat(items.getVersion(v0.id(), v3.ov(), Read.PLAIN.inlining())
                        .orElseThrow()
                        .data()
                        .orElseThrow()
                        .path("photo")
                        .asText())
                .isEqualTo(base64(new byte[] {9}));
    }

    @Test
    void what_is_no_base64_and_what_leads_to_others_objects_is_refused() {
        Receipt mine = items.create(person());
        ObjectNode theirs = (ObjectNode) items.getLatest(items.create(person()).id())
                .orElseThrow()
                .data()
                .orElseThrow()
                .path("photo");
        ObjectNode ours = (ObjectNode)
                items.getLatest(mine.id()).orElseThrow().data().orElseThrow().path("photo");
        String key = ours.path("key").asText();

        for (Object wrong : List.of(
                "iVBORw0KGgo", // without padding
                "iVBORw0K Ggo=",
                "iVBOR-_KGgo=",
                17,
                List.of(base64(PHOTO)),
                Map.of("any", "thing"),
                theirs,
                ours.deepCopy().put("key", key.replace("tenant-a", "tenant-b")),
                ours.deepCopy().put("key", key.replace("/v0/", "/v1/")),
                ours.deepCopy().put("key", key.replace("/v0/", "/v00/")),
                ours.deepCopy().put("key", key.replace("/photo/", "/cv.text/")),
                ours.deepCopy().put("key", "../" + key),
                ours.deepCopy().put("bucket", "another"),
                ours.deepCopy().put("more", 1))) {
            assertThatThrownBy(() -> items.update(mine.id(), Map.of("photo", wrong), ExpectedOv.ANY))
                    .as("%s", wrong)
                    .isInstanceOf(Invalid.class)
                    .hasMessageContaining("photo");
        }
        assertThatThrownBy(() -> items.create(Map.of("photo", ours))).isInstanceOf(Invalid.class);
        assertThat(items.history(mine.id())).hasSize(1);
        assertThat(items.update(mine.id(), java.util.Collections.singletonMap("photo", null), ExpectedOv.ANY)
                        .ov())
                .isEqualTo(new Ov(1));
    }

    @Test
    void such_properties_are_not_indexed() {
        assertThatThrownBy(() -> items.query().filter("{\"photo\":\"x\"}")).isInstanceOf(NotIndexed.class);
        assertThatThrownBy(() -> items.query().filter("{\"photo.size\":8}")).isInstanceOf(NotIndexed.class);
    }

    private static ObjectNode person() {
        ObjectNode person = Json.object();
        person.put("name", "ann");
        person.put("photo", base64(PHOTO));
        person.putObject("cv").put("text", base64(TEXT.getBytes(StandardCharsets.ISO_8859_1)));
        return person;
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static HttpResponse<byte[]> fetch(URI url) throws Exception {
        HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
        HttpResponse<byte[]> answer = client.send(
                HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(10)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer;
    }
}
