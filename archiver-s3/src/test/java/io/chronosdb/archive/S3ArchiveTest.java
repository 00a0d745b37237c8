package io.chronosdb.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.port.ObjectKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** What is particular to S3; the rest is in the contract. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
class S3ArchiveTest {
    private static final S3Limits IMPATIENT =
            new S3Limits(Duration.ofMillis(200), Duration.ofMillis(400), Duration.ofSeconds(2), 3, 8);
    private static final int LARGE_BYTES = 5 << 20;

    private final String bucket = "specific-" + UUID.randomUUID();
    private final ObjectKey key = new ObjectKey(bucket, "a/key");

    @Test
    void a_server_that_takes_requests_and_never_answers_is_unavailable_within_the_deadline() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                S3Archive archive = impatient(silent.getLocalPort())) {
            for (CompletableFuture<?> call :
                    List.of(archive.get(key), archive.put(key, new byte[10]), archive.putIfAbsent(key, new byte[10]))) {
                long started = System.nanoTime();

                Unavailable failure = failure(call);

                assertThat(failure).hasMessageContaining(key.toString());
                assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
            }
        }
    }

    @Test
    void an_archive_can_be_made_while_nothing_listens_and_says_so_when_called() throws IOException {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }

        try (S3Archive archive = impatient(port)) {
            assertThat(failure(archive.get(key))).hasMessageContaining("archive is unavailable: get failed");
        }
    }

    @Test
    void a_wrong_secret_key_is_answered_by_status_and_code_and_is_in_no_message() {
        String wrong = "not-the-secret-key";
        S3Settings settings = SharedS3.settings(SharedS3.SERVER, SharedS3.SERVER.endpoint(), wrong);

        try (S3Archive archive = new S3Archive(settings, SharedS3.LIMITS)) {
            Unavailable failure = failure(archive.put(key, new byte[10]));

            assertThat(failure).hasMessageContaining("status=403").hasMessageContaining("code=SignatureDoesNotMatch");
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace, true));
            assertThat(trace.toString()).doesNotContain(wrong).doesNotContain(SharedS3.SERVER.secretKey());
        }
    }

    @Test
    void a_bucket_name_that_s3_does_not_take_is_invalid() {
        try (S3Archive archive = SharedS3.archive()) {
            for (String name : List.of("UPPER", "ab", "under_score", "ends-with-")) {
                assertThatThrownBy(() -> archive.get(new ObjectKey(name, "key")).join())
                        .hasCauseInstanceOf(Invalid.class);
            }
        }
    }

    @Test
    void many_who_miss_a_bucket_at_once_all_find_it_made() {
        try (S3Archive one = SharedS3.archive();
                S3Archive other = SharedS3.archive()) {
            List<CompletableFuture<Boolean>> puts = IntStream.range(0, 40)
                    .mapToObj(i -> (i % 2 == 0 ? one : other)
                            .putIfAbsent(new ObjectKey(bucket, "many/" + i), new byte[] {(byte) i}))
                    .toList();

            assertThat(puts).allSatisfy(put -> assertThat(put.join()).isTrue());
        }
    }

    @Test
    void a_bucket_that_is_deleted_is_made_again_for_small_objects_and_large_ones() {
        for (int size : new int[] {10, LARGE_BYTES}) {
            try (S3Archive archive = SharedS3.archive()) {
                archive.put(key, new byte[10]).join();
                deleteBucket();

                assertThat(archive.get(key).join()).isEmpty();
                assertThat(archive.putIfAbsent(key, new byte[size]).join()).isTrue();
                deleteBucket();
                archive.put(key, new byte[size]).join();

                assertThat(archive.get(key).join().orElseThrow()).hasSize(size);
            }
        }
    }

    @Test
    void a_large_object_that_is_there_is_never_replaced_whatever_was_put_before() {
        try (S3Archive archive = SharedS3.archive()) {
            assertThat(archive.putIfAbsent(key, new byte[LARGE_BYTES]).join()).isTrue();
            for (int i = 0; i < 3; i++) {
                ObjectKey other = new ObjectKey(bucket, "other/" + i);
                assertThat(archive.putIfAbsent(other, new byte[LARGE_BYTES]).join())
                        .isTrue();

                assertThat(archive.putIfAbsent(key, new byte[LARGE_BYTES + 1]).join())
                        .isFalse();
                assertThat(archive.get(key).join().orElseThrow()).hasSize(LARGE_BYTES);
            }
        }
    }

    private void deleteBucket() {
        S3Settings settings =
                SharedS3.settings(SharedS3.SERVER, SharedS3.SERVER.endpoint(), SharedS3.SERVER.secretKey());
        try (S3Connection connection = S3Connection.open(settings, SharedS3.LIMITS)) {
            S3AsyncClient client = connection.client();
            client.deleteObject(request -> request.bucket(bucket).key(key.key()))
                    .thenCompose(deleted -> client.deleteBucket(request -> request.bucket(bucket)))
                    .join();
        }
    }

    private static S3Archive impatient(int port) {
        URI endpoint = URI.create("http://127.0.0.1:" + port);
        return new S3Archive(SharedS3.settings(SharedS3.SERVER, endpoint, "secret"), IMPATIENT);
    }

    private static Unavailable failure(CompletableFuture<?> call) {
        return catchThrowableOfType(Unavailable.class, () -> Futures.await(call, Duration.ofSeconds(60), "the call"));
    }
}
