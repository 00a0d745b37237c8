package io.chronosdb.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.event.Payload;
import io.chronosdb.event.Version;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
class ArchiverOnRealArchivesTest {
    private static final int BATCH = 100;

    private final History history = History.of(150, 3);
    private final ArchiveLocation location = new ArchiveLocation("archiver-" + UUID.randomUUID(), "acme/");

    @Test
    void every_version_is_read_back_from_s3_after_a_run_and_a_second_run() {
        try (S3Archive archive = SharedS3.archive()) {
            archiveTwiceAndReadBack(archive);
        }
    }

    @Test
    void every_version_is_read_back_from_files_after_a_run_and_a_second_run(@TempDir Path base) {
        try (FileArchive archive = new FileArchive(FileSettings.at(base))) {
            archiveTwiceAndReadBack(archive);
        }
    }

    private void archiveTwiceAndReadBack(Archive archive) {
        Archiver archiver = new Archiver(database -> archive, database -> location, Window.DEFAULT);
        runFrom(archiver, Progress.START);
        archive.put(
                        location.progress(History.PARTITION),
                        StoredProgress.withoutPack(Progress.START).encode())
                .join();

        Progress stored = runFrom(archiver, Progress.START);

        assertThat(archiver.progress(History.PARTITION)).isEqualTo(stored);
        ArchiveReader reader = new ArchiveReader(archive, location, Duration.ofSeconds(60));
        for (Version version : history.versions()) {
            assertThat(reader.read(version.item(), version.ov()).orElseThrow().payload())
                    .isEqualTo(version.payload().map(Payload::json).map(Payload::trusted));
        }
    }

    private Progress runFrom(Archiver archiver, Progress start) {
        Progress at = start;
        while (at.next() < history.size()) {
            int from = (int) at.next();
            int to = Math.min(from + BATCH, history.size());
            at = archiver.project(History.PARTITION, history.events(from, to), at, history.before(to));
        }
        return at;
    }
}
