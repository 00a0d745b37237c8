package io.chronosdb.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.port.Archive;
import io.chronosdb.testkit.archive.ArchiveContract;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class FileArchiveContractTest extends ArchiveContract {
    @TempDir
    Path folder;

    private FileArchive archive;

    @BeforeEach
    void open() {
        archive = new FileArchive(FileSettings.at(folder.resolve("base")), compression());
    }

    @AfterEach
    void nothing_outside_of_the_base_was_touched() throws IOException {
        archive.close();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("base"));
        }
        assertThat(Path.of("/etc/outside")).doesNotExist();
    }

    @AfterEach
    void nothing_unfinished_was_left_behind() {
        assertThat(folder.resolve("base/.unfinished")).isEmptyDirectory();
    }

    Compression compression() {
        return Compression.NONE;
    }

    @Override
    protected Archive archive() {
        return archive;
    }

    /** As a shell user would: {@code zcat -f}. */
    @Override
    protected Optional<byte[]> fetch(URI url) throws IOException {
        Path file = Path.of(url);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        byte[] found = Files.readAllBytes(file);
        return Optional.of(Compression.looksCompressed(found) ? Compression.NONE.decompress(found) : found);
    }
}
