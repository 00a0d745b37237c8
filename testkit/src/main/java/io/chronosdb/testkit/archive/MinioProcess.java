package io.chronosdb.testkit.archive;

import io.chronosdb.embedded.FreePorts;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The {@code minio} of the {@code PATH} over a directory, in a process of its own. */
final class MinioProcess implements S3Backend {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final int PROBE_MILLIS_MAX = 2_000;

    private final Path binary;
    private final Path directory;
    private final int port = FreePorts.one();
    private @Nullable ChildProcess process;

    private MinioProcess(Path binary, Path directory) {
        this.binary = binary;
        this.directory = directory.toAbsolutePath();
    }

    static Optional<S3Backend> find(Path directory) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Arrays.stream(path.split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "minio"))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst()
                .map(binary -> new MinioProcess(binary, directory));
    }

    @Override
    public String name() {
        return "minio";
    }

    @Override
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public void start() {
        if (process != null) {
            return;
        }
        Path data = directory.resolve("data");
        try {
            Files.createDirectories(data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ChildProcess started = ChildProcess.start(
                List.of(binary.toString(), "server", "--quiet", "--address", "127.0.0.1:" + port, data.toString()),
                Map.of(
                        "MINIO_ROOT_USER",
                        credentials().accessKey(),
                        "MINIO_ROOT_PASSWORD",
                        credentials().secretKey(),
                        "MINIO_BROWSER",
                        "off",
                        "MINIO_UPDATE",
                        "off"),
                directory.resolve("minio.log"));
        process = started;
        Awaitility.await("minio to be ready")
                .atMost(START_LIMIT)
                .pollInterval(Duration.ofMillis(50))
                .failFast("minio ended, log=" + directory.resolve("minio.log"), () -> !started.isAlive())
                .until(this::ready);
    }

    @Override
    public void stop() {
        if (process != null) {
            process.close();
            process = null;
        }
    }

    /** Whether it can write: it listens before it can. */
    private boolean ready() {
        try {
            HttpURLConnection probe = (HttpURLConnection)
                    endpoint().resolve("/minio/health/cluster").toURL().openConnection();
            probe.setConnectTimeout(PROBE_MILLIS_MAX);
            probe.setReadTimeout(PROBE_MILLIS_MAX);
            return probe.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            return false;
        }
    }
}
