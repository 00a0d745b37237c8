package io.chronosdb.testkit.archive;

import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import io.chronosdb.embedded.FreePorts;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** MinIO in a container, on a port that stays the same when it is stopped and started. */
final class MinioContainer implements S3Backend {
    private static final Logger LOG = LoggerFactory.getLogger(MinioContainer.class);

    /** MinIO left Docker Hub, where Testcontainers would look. */
    private static final DockerImageName IMAGE = DockerImageName.parse(
                    "quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z")
            .asCompatibleSubstituteFor("minio/minio");

    private static final int PORT = 9000;
    private static final long ENGINE_SECONDS_MAX = 5;
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final GenericContainer<?> container;
    private final int port;
    private boolean created;

    private MinioContainer() {
        port = FreePorts.one();
        container = new GenericContainer<>(IMAGE)
                .withExposedPorts(PORT)
                .withCreateContainerCmdModifier(command ->
                        hostConfig(command.getHostConfig()).withPortBindings(PortBinding.parse(port + ":" + PORT)))
                .withEnv("MINIO_ROOT_USER", credentials().accessKey())
                .withEnv("MINIO_ROOT_PASSWORD", credentials().secretKey())
                .withEnv("MINIO_BROWSER", "off")
                .withCommand("server", "/data")
                .waitingFor(Wait.forHttp("/minio/health/cluster").forPort(PORT).withStartupTimeout(START_LIMIT));
    }

    /** Nothing where there is no engine, or none that answers soon. */
    static Optional<S3Backend> find() {
        return engineAnswers() ? Optional.of(new MinioContainer()) : Optional.empty();
    }

    @Override
    public String name() {
        return "minio in docker";
    }

    @Override
    public URI endpoint() {
        return URI.create("http://" + container.getHost() + ":" + port);
    }

    @Override
    public void start() {
        if (!created) {
            container.start();
            created = true;
        } else if (!container.isRunning()) {
            container
                    .getDockerClient()
                    .startContainerCmd(container.getContainerId())
                    .exec();
        }
    }

    @Override
    public void stop() {
        if (container.isRunning()) {
            container
                    .getDockerClient()
                    .killContainerCmd(container.getContainerId())
                    .exec();
        }
    }

    @Override
    public void close() {
        container.stop();
    }

    private static HostConfig hostConfig(@Nullable HostConfig config) {
        return Objects.requireNonNull(config, "Testcontainers makes a host configuration");
    }

    private static boolean engineAnswers() {
        boolean somewhere = System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock"));
        if (!somewhere) {
            return false; // Testcontainers would look for seconds, and print errors.
        }
        try {
            return CompletableFuture.supplyAsync(
                            () -> DockerClientFactory.instance().isDockerAvailable())
                    .get(ENGINE_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (Exception e) {
            LOG.info("no Docker engine answers, reason={}", e.toString());
            return false;
        }
    }
}
