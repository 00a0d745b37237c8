package io.chronosdb.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.port.ObjectKey;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a presigned URL of S3 is good for, asked over HTTP by someone without keys. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
class S3PresignTest {
    private static final byte[] BODY = "{\"text\":\"a document\"}".getBytes(StandardCharsets.UTF_8);

    private final String bucket = "presign-" + UUID.randomUUID();
    private final ObjectKey key = new ObjectKey(bucket, "runtime.a/users/ann/v0/item.json");
    private final S3Archive archive = SharedS3.archive();

    @AfterEach
    void close() {
        archive.close();
    }

    @Test
    void a_presigned_url_is_refused_for_another_object() throws Exception {
        ObjectKey other = new ObjectKey(bucket, "runtime.b/users/ann/v0/item.json");
        archive.put(key, BODY).join();
        archive.put(other, BODY).join();
        URI url = archive.presign(key, Duration.ofMinutes(1));

        assertThat(Fetched.get(url).status()).isEqualTo(200);
        assertThat(Fetched.get(replaced(url, "runtime.a", "runtime.b")).status())
                .isEqualTo(403);
        assertThat(Fetched.get(replaced(url, "X-Amz-Expires=60", "X-Amz-Expires=6000"))
                        .status())
                .isEqualTo(403);
        assertThat(Fetched.get(URI.create(url.toString().replaceAll("\\?.*", "")))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void a_presigned_url_is_refused_once_its_time_is_over() throws Exception {
        archive.put(key, BODY).join();
        URI url = archive.presign(key, Duration.ofSeconds(2));
        assertThat(Fetched.get(url).status()).isEqualTo(200);

        await().atMost(Duration.ofSeconds(30)).until(() -> Fetched.get(url).status() == 403);

        assertThat(Fetched.get(archive.presign(key, Duration.ofMinutes(1))).body())
                .isEqualTo(BODY);
    }

    @Test
    void a_presigned_url_is_for_reading_only() throws Exception {
        archive.put(key, BODY).join();
        URI url = archive.presign(key, Duration.ofMinutes(1));

        HttpResponse<Void> put = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(url)
                                .PUT(HttpRequest.BodyPublishers.ofString("mine now"))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());

        assertThat(put.statusCode()).isEqualTo(403);
        assertThat(archive.get(key).join()).hasValue(BODY);
    }

    @Test
    void a_presigned_url_names_the_same_server_with_the_bucket_in_the_path_and_not_the_secret() {
        URI url = archive.presign(key, Duration.ofHours(1));

        assertThat(url.getAuthority()).isEqualTo(SharedS3.SERVER.endpoint().getAuthority());
        assertThat(url.getPath()).isEqualTo("/" + bucket + "/" + key.key());
        assertThat(url.getQuery())
                .contains(
                        "X-Amz-Algorithm=AWS4-HMAC-SHA256",
                        "X-Amz-Expires=3600",
                        "/" + SharedS3.SERVER.region() + "/s3/aws4_request");
        assertThat(url.toString()).doesNotContain(SharedS3.SERVER.secretKey());
    }

    @Test
    void the_url_of_a_compressed_object_says_so_in_its_answer() throws Exception {
        try (S3Archive compressing = SharedS3.archive(new Compression(true, 1_000))) {
            compressing.put(key, BODY).join();

            Fetched answer = Fetched.get(archive.presign(key, Duration.ofMinutes(1)));

            assertThat(answer.encoding()).isEqualTo("gzip");
            assertThat(Compression.NONE.decompress(answer.body())).isEqualTo(BODY);
        }
    }

    @Test
    void a_bucket_that_s3_would_not_take_has_no_urls() {
        assertThatThrownBy(() -> archive.presign(new ObjectKey("UPPER", "key"), Duration.ofMinutes(1)))
                .isInstanceOf(Invalid.class);
    }

    private static URI replaced(URI url, String part, String by) {
        assertThat(url.toString()).contains(part);
        return URI.create(url.toString().replace(part, by));
    }
}
