package io.chronosdb.archive;

import io.chronosdb.port.Secret;
import io.chronosdb.testkit.archive.S3Server;
import java.net.URI;
import java.time.Duration;

/** One S3 server for all tests of a JVM: starting it costs a second. It goes with the JVM. */
final class SharedS3 {
    /** For a busy machine: long enough for a slow answer, short enough for a test that waits for none. */
    static final S3Limits LIMITS =
            new S3Limits(Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(30), 4, 64);

    static final S3Server SERVER = S3Server.start();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(SERVER::close));
    }

    private SharedS3() {}

    static S3Archive archive() {
        return archive(SERVER, LIMITS);
    }

    static S3Archive archive(Compression compression) {
        return new S3Archive(settings(SERVER, SERVER.endpoint(), SERVER.secretKey()), LIMITS, compression);
    }

    static S3Archive archive(S3Server server, S3Limits limits) {
        return new S3Archive(settings(server, server.endpoint(), server.secretKey()), limits);
    }

    static S3Settings settings(S3Server server, URI endpoint, String secretKey) {
        return S3Settings.at(endpoint, server.region(), server.accessKey(), new Secret(secretKey));
    }
}
