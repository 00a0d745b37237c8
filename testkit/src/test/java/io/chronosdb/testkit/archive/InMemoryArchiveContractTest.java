package io.chronosdb.testkit.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.port.Archive;
import io.chronosdb.port.ObjectKey;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class InMemoryArchiveContractTest extends ArchiveContract {
    private final InMemoryArchive archive = new InMemoryArchive();

    @Override
    protected Archive archive() {
        return archive;
    }

    @Override
    protected Optional<byte[]> fetch(URI url) {
        return archive.fetch(url);
    }

    @Test
    void a_presigned_url_is_over_when_its_clock_says_so() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        InMemoryArchive timed = new InMemoryArchive(now::get);
        ObjectKey key = new ObjectKey("bucket", "key");
        timed.put(key, new byte[1]).join();
        URI url = timed.presign(key, Duration.ofSeconds(10));

        now.set(Instant.EPOCH.plusMillis(9_999));
        assertThat(timed.fetch(url)).isPresent();

        now.set(Instant.EPOCH.plusSeconds(10));
        assertThat(timed.fetch(url)).isEmpty();
    }
}
