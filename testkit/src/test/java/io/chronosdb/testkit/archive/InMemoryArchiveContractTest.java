package io.chronosdb.testkit.archive;

import io.chronosdb.port.Archive;

class InMemoryArchiveContractTest extends ArchiveContract {
    private final InMemoryArchive archive = new InMemoryArchive();

    @Override
    protected Archive archive() {
        return archive;
    }
}
