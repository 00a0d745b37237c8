package io.chronosdb.archive;

import io.chronosdb.port.Archive;
import io.chronosdb.testkit.archive.ArchiveContract;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The whole contract over compressed objects. */
class S3ArchiveGzipContractTest extends ArchiveContract {
    private static S3Archive archive;

    @BeforeAll
    static void connect() {
        archive = SharedS3.archive(new Compression(true, Compression.PLAIN_BYTES_MAX));
    }

    @AfterAll
    static void close() {
        archive.close();
    }

    @Override
    protected Archive archive() {
        return archive;
    }

    @Override
    protected Optional<byte[]> fetch(URI url) throws IOException, InterruptedException {
        return Fetched.get(url).plain();
    }
}
