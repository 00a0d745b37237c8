package io.chronosdb.archive;

import io.chronosdb.port.Archive;
import io.chronosdb.testkit.archive.ArchiveOutageContract;
import io.chronosdb.testkit.archive.S3Server;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class S3ArchiveOutageTest extends ArchiveOutageContract {
    private static S3Server server;
    private static S3Archive archive;

    @BeforeAll
    static void start() {
        server = S3Server.startStoppable();
        archive = SharedS3.archive(server, SharedS3.LIMITS);
    }

    @AfterAll
    static void stop() {
        archive.close();
        server.close();
    }

    @Override
    protected Archive archive() {
        return archive;
    }

    @Override
    protected void takeAway() {
        server.stop();
    }

    @Override
    protected void bringBack() {
        server.restart();
    }

    @Override
    protected Duration deadline() {
        return SharedS3.LIMITS.call().plusSeconds(5);
    }

    @Override
    protected List<String> secrets() {
        return List.of(server.secretKey());
    }
}
