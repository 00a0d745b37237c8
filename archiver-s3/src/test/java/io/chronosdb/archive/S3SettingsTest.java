package io.chronosdb.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.port.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class S3SettingsTest {
    private static final String PASSWORD = "correct-horse-battery";
    private static final Secret SECRET = new Secret(PASSWORD);

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:9000", "https://s3.example.com", "https://s3.example.com/"})
    void an_endpoint_is_a_scheme_a_host_and_perhaps_a_port(String endpoint) {
        assertThat(at(endpoint).endpoint()).hasValue(URI.create(endpoint));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://host",
                "host:9000",
                "//host",
                "http:///bucket",
                "http://host/bucket",
                "http://host?x=" + PASSWORD,
                "http://host#x",
                "http://user:" + PASSWORD + "@host",
            })
    void any_other_endpoint_is_refused_without_repeating_what_may_be_a_password(String endpoint) {
        assertThatThrownBy(() -> at(endpoint))
                .isInstanceOf(Invalid.class)
                .hasMessageStartingWith("endpoint ")
                .hasMessageNotContaining(PASSWORD);
    }

    @Test
    void without_an_endpoint_it_is_aws() {
        S3Settings settings = new S3Settings(Optional.empty(), "eu-central-1", "key", SECRET, false);

        try (S3Archive archive = new S3Archive(settings, S3Limits.DEFAULT)) {
            assertThat(archive).hasToString("S3Archive[aws:eu-central-1]");
        }
    }

    @Test
    void region_and_keys_are_required() {
        URI endpoint = URI.create("http://host");

        assertThatThrownBy(() -> S3Settings.at(endpoint, " ", "key", SECRET))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("region");
        assertThatThrownBy(() -> S3Settings.at(endpoint, "us-east-1", "", SECRET))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("accessKey");
        assertThatThrownBy(() -> new Secret("")).isInstanceOf(Invalid.class);
    }

    @Test
    void the_secret_is_in_no_text() {
        assertThat(at("http://host").toString()).contains("key").doesNotContain(PASSWORD);
        assertThat(SECRET.toString()).doesNotContain(PASSWORD);
        assertThat(SECRET.reveal()).isEqualTo(PASSWORD);
    }

    @Test
    void limits_that_contradict_each_other_are_refused() {
        Duration second = Duration.ofSeconds(1);
        Duration ten = Duration.ofSeconds(10);

        assertThatThrownBy(() -> new S3Limits(ten, second, ten, 1, 1)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> new S3Limits(second, ten, second, 1, 1)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> new S3Limits(Duration.ZERO, ten, ten, 1, 1)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> new S3Limits(second, ten, ten, 0, 1)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> new S3Limits(second, ten, ten, 1, 0)).isInstanceOf(Invalid.class);
    }

    private static S3Settings at(String endpoint) {
        return S3Settings.at(URI.create(endpoint), "us-east-1", "key", SECRET);
    }
}
