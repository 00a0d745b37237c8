package io.chronosdb.testkit.archive;

import io.chronosdb.embedded.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.jspecify.annotations.Nullable;

/** S3Proxy over a directory: checks signatures, puts conditionally, needs nothing but its jars. */
final class S3ProxyInJvm implements S3Backend {
    private final Path directory;
    private final URI endpoint = URI.create("http://127.0.0.1:" + FreePorts.one());
    private @Nullable S3Proxy proxy;

    S3ProxyInJvm(Path directory) {
        this.directory = directory.toAbsolutePath();
    }

    @Override
    public String name() {
        return "s3proxy";
    }

    @Override
    public URI endpoint() {
        return endpoint;
    }

    @Override
    public void start() {
        if (proxy != null) {
            return;
        }
        try {
            Files.createDirectories(directory);
            S3Proxy started = S3Proxy.builder()
                    .endpoint(endpoint)
                    .blobStore(new FilesystemNio2BlobStore(directory.toString()))
                    .awsAuthentication(
                            AuthenticationType.AWS_V2_OR_V4,
                            credentials().accessKey(),
                            credentials().secretKey())
                    .ignoreUnknownHeaders(true)
                    .build();
            started.start();
            proxy = started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException("S3Proxy did not start, endpoint=" + endpoint, e);
        }
    }

    @Override
    public void stop() {
        if (proxy == null) {
            return;
        }
        try {
            proxy.stop();
            proxy = null;
        } catch (Exception e) {
            throw new IllegalStateException("S3Proxy did not stop, endpoint=" + endpoint, e);
        }
    }
}
