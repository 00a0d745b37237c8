package io.chronosdb.archive;

import io.chronosdb.port.Archive;
import io.chronosdb.testkit.archive.ArchiveOutageContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The disk is unmounted: an empty folder is where the archive was. */
class FileArchiveOutageTest extends ArchiveOutageContract {
    @TempDir
    private Path folder;

    private FileArchive archive;

    @BeforeEach
    void open() {
        archive = new FileArchive(FileSettings.at(folder.resolve("base")));
    }

    @AfterEach
    void close() {
        archive.close();
    }

    @Override
    protected Archive archive() {
        return archive;
    }

    @Override
    protected void takeAway() {
        move("base", "elsewhere");
        try {
            Files.createDirectory(folder.resolve("base"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected void bringBack() {
        if (Files.exists(folder.resolve("elsewhere"))) {
            move("elsewhere", "base");
        }
    }

    @Override
    protected Duration deadline() {
        return Duration.ofSeconds(30);
    }

    private void move(String from, String to) {
        try {
            // Fails unless what is there is an empty folder: during the outage nothing may be written to it.
            Files.deleteIfExists(folder.resolve(to));
            Files.move(folder.resolve(from), folder.resolve(to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
