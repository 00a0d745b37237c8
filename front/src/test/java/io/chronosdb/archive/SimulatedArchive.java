package io.chronosdb.archive;

import io.chronosdb.port.Archive;
import io.chronosdb.port.Secret;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** The real S3 archive on a client that a simulation gives it, and without its pauses. */
public final class SimulatedArchive {
    private static final S3Presigner PRESIGNER = S3Connection.presigner(
            S3Settings.at(URI.create("http://memory"), "us-east-1", "access", new Secret("secret")));
    private static final EventLoopGroup UNUSED = new DefaultEventLoopGroup(1);

    private SimulatedArchive() {}

    public static Archive on(S3AsyncClient client) {
        return new S3Archive(
                new S3Connection(client, PRESIGNER, UNUSED),
                S3Limits.DEFAULT,
                Compression.NONE,
                "memory",
                conflicts -> CompletableFuture.completedFuture(null));
    }
}
