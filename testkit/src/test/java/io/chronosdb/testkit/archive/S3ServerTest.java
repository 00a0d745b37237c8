package io.chronosdb.testkit.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.testkit.archive.S3Server.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class S3ServerTest {
    private final Properties before = new Properties();

    @BeforeEach
    void remember() {
        before.putAll(System.getProperties());
    }

    @AfterEach
    void restore() {
        System.setProperties(before);
    }

    @Test
    void a_stopped_server_starts_again_at_the_same_address(@TempDir Path dir) throws IOException {
        try (S3Server server = S3Server.start(Kind.S3PROXY, dir)) {
            URI endpoint = server.endpoint();
            assertThat(status(endpoint)).isEqualTo(HttpURLConnection.HTTP_FORBIDDEN);

            server.stop();
            server.stop();
            assertThatThrownBy(() -> status(endpoint)).isInstanceOf(ConnectException.class);
            server.restart();
            server.restart();

            assertThat(server.endpoint()).isEqualTo(endpoint);
            assertThat(status(endpoint)).isEqualTo(HttpURLConnection.HTTP_FORBIDDEN);
        }
    }

    @Test
    void the_configured_server_comes_first_and_is_not_ours_to_stop() {
        System.clearProperty("chronos.test.s3");
        System.setProperty("chronos.test.s3.endpoint", "http://127.0.0.1:1");
        System.setProperty("chronos.test.s3.accessKey", "a-key");
        System.setProperty("chronos.test.s3.secretKey", "a-secret");

        S3Server server = S3Server.start();

        assertThat(server.endpoint()).isEqualTo(URI.create("http://127.0.0.1:1"));
        assertThat(server.accessKey()).isEqualTo("a-key");
        assertThat(server.secretKey()).isEqualTo("a-secret");
        assertThat(server.region()).isEqualTo("us-east-1");
        assertThat(server.toString()).doesNotContain("a-secret");
        assertThatThrownBy(server::stop).isInstanceOf(UnsupportedOperationException.class);
        server.close();
    }

    @Test
    void an_endpoint_without_its_keys_is_refused_and_the_missing_one_named() {
        System.setProperty("chronos.test.s3.endpoint", "http://127.0.0.1:1");
        System.setProperty("chronos.test.s3.accessKey", "a-key");
        System.clearProperty("chronos.test.s3.secretKey");

        assertThatThrownBy(() -> S3Server.start(Kind.CONFIGURED, Path.of("unused")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("chronos.test.s3.secretKey");
    }

    /** Of a request without a signature. */
    private static int status(URI endpoint) throws IOException {
        return ((HttpURLConnection) endpoint.toURL().openConnection()).getResponseCode();
    }
}
