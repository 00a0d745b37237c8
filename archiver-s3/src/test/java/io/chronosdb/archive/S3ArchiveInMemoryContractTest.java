package io.chronosdb.archive;

import io.chronosdb.port.Archive;
import io.chronosdb.port.Secret;
import io.chronosdb.testkit.archive.ArchiveContract;
import io.chronosdb.testkit.archive.InMemoryS3;
import io.netty.channel.DefaultEventLoopGroup;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The same archive on the store that the simulation gives it, which therefore is as good as a server. */
class S3ArchiveInMemoryContractTest extends ArchiveContract {
    private static final S3Settings SETTINGS =
            S3Settings.at(URI.create("http://memory"), "us-east-1", "access", new Secret("secret"));

    private final InMemoryS3 store = new InMemoryS3();
    private final S3Archive archive = new S3Archive(
            new S3Connection(
                    store.client(InMemoryS3.Wire.DIRECT),
                    S3Connection.presigner(SETTINGS),
                    new DefaultEventLoopGroup(1)),
            S3Limits.DEFAULT,
            Compression.NONE,
            "memory",
            conflicts -> CompletableFuture.completedFuture(null));

    @Override
    protected Archive archive() {
        return archive;
    }

    @Override
    protected Optional<byte[]> fetch(URI url) {
        String[] path = url.getPath().split("/", 3);
        return store.body(path[1], path[2]);
    }
}
