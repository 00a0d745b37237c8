package io.chronosdb.archive;

import io.chronosdb.port.Archive;
import io.chronosdb.testkit.archive.ArchiveContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class S3ArchiveContractTest extends ArchiveContract {
    private static S3Archive archive;

    @BeforeAll
    static void connect() {
        archive = SharedS3.archive();
    }

    @AfterAll
    static void close() {
        archive.close();
    }

    @Override
    protected Archive archive() {
        return archive;
    }
}
