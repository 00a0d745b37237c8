package io.chronosdb.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.port.Archive;
import io.chronosdb.testkit.archive.ArchiveContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class FileArchiveContractTest extends ArchiveContract {
    @TempDir
    private Path folder;

    private FileArchive archive;

    @BeforeEach
    void open() {
        archive = new FileArchive(FileSettings.at(folder.resolve("base")));
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

    @Override
    protected Archive archive() {
        return archive;
    }
}
