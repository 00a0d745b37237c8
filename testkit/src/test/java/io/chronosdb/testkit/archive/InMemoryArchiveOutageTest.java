package io.chronosdb.testkit.archive;

import io.chronosdb.port.Archive;
import java.time.Duration;

class InMemoryArchiveOutageTest extends ArchiveOutageContract {
    private final InMemoryArchive archive = new InMemoryArchive();

    @Override
    protected Archive archive() {
        return archive;
    }

    @Override
    protected void takeAway() {
        archive.goDown();
    }

    @Override
    protected void bringBack() {
        archive.comeBack();
    }

    @Override
    protected Duration deadline() {
        return Duration.ofSeconds(5);
    }
}
