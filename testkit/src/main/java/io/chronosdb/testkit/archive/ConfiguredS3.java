package io.chronosdb.testkit.archive;

import java.net.URI;
import java.util.Optional;

/** A server that someone else runs. */
record ConfiguredS3(URI endpoint, Credentials credentials) implements S3Backend {
    private static final String PREFIX = "chronos.test.s3.";

    static Optional<S3Backend> find() {
        return S3Backend.setting(PREFIX + "endpoint")
                .map(endpoint -> new ConfiguredS3(
                        URI.create(endpoint),
                        new Credentials(
                                S3Backend.setting(PREFIX + "region").orElse(Credentials.OURS.region()),
                                required("accessKey"),
                                required("secretKey"))));
    }

    @Override
    public String name() {
        return "configured";
    }

    @Override
    public void start() {
        // Someone else started it.
    }

    @Override
    public void stop() {
        throw new UnsupportedOperationException("a configured server is not ours to stop, endpoint=" + endpoint);
    }

    @Override
    public void close() {
        // Someone else stops it.
    }

    private static String required(String name) {
        return S3Backend.setting(PREFIX + name)
                .orElseThrow(() -> new IllegalStateException(
                        "the endpoint of an S3 server is configured and its key is not, missing=" + PREFIX + name));
    }
}
