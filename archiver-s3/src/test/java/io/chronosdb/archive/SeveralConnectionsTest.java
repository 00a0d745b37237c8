package io.chronosdb.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.address.ItemKey;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Position;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.ObjectKey;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several connections to one server, and several tenants in one bucket or folder. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
class SeveralConnectionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final byte[] BODY = {1, 2, 3};

    private final String bucket = "several-" + UUID.randomUUID();
    private final ObjectKey key = new ObjectKey(bucket, "key");

    @TempDir
    Path base;

    @Test
    void two_connections_to_one_endpoint_with_different_keys_sign_with_their_own() throws Exception {
        try (S3Archive ours = SharedS3.archive();
                S3Archive others = new S3Archive(
                        SharedS3.settings(SharedS3.SERVER, SharedS3.SERVER.endpoint(), "the-key-of-somebody-else"),
                        SharedS3.LIMITS)) {
            ours.put(key, BODY).join();

            assertThatThrownBy(() -> Futures.await(others.get(key), PATIENCE, "get"))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("status=403");
            assertThatThrownBy(() -> Futures.await(others.delete(key), PATIENCE, "delete"))
                    .isInstanceOf(Unavailable.class);
            URI signedByOthers = others.presign(key, Duration.ofMinutes(1));
            assertThat(Fetched.get(signedByOthers).status()).isEqualTo(403);
            assertThat(ours.get(key).join()).hasValue(BODY);
            assertThat(Fetched.get(ours.presign(key, Duration.ofMinutes(1))).body())
                    .isEqualTo(BODY);
        }
    }

    @Test
    void tenants_share_a_folder_and_each_finds_only_its_own() {
        ItemKey item = new ItemKey("users", "ann");
        ArchiveLocation a = new ArchiveLocation("shared", "runtime.a/");
        ArchiveLocation b = new ArchiveLocation("shared", "runtime.b/");
        try (FileArchive ofA = new FileArchive(FileSettings.at(base));
                FileArchive ofB = new FileArchive(FileSettings.at(base))) {
            ofA.put(a.item(item, Ov.FIRST), BODY).join();

            assertThat(ofB.get(b.item(item, Ov.FIRST)).join()).isEmpty();
            assertThat(present(ofB, b, item)).isFalse();
            assertThat(ofB.delete(b.item(item, Ov.FIRST)).join()).isFalse();
            assertThat(present(ofA, a, item)).isTrue();
            assertThat(base.resolve("shared/runtime.a/users/ann/v0/item.json")).hasBinaryContent(BODY);
        }
    }

    private static boolean present(Archive archive, ArchiveLocation location, ItemKey item) {
        return new ArchiveReader(archive, location, PATIENCE)
                .presign(item, Ov.FIRST, new Position(History.DATABASE, 0, 0), Duration.ofMinutes(1), Duration.ZERO)
                .isPresent();
    }
}
