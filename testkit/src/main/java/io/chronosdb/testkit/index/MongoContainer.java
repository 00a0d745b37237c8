package io.chronosdb.testkit.index;

import com.github.dockerjava.api.model.PortBinding;
import io.chronosdb.embedded.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/** MongoDB in a container, a replica set of one, on a port that stays the same when it is stopped and started. */
final class MongoContainer implements MongoBackend {
    private static final Logger LOG = LoggerFactory.getLogger(MongoContainer.class);
    private static final String IMAGE = "mongo:8.0";
    private static final int PORT = 27017;
    private static final long ENGINE_SECONDS_MAX = 5;
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final GenericContainer<?> container;
    private final int port = FreePorts.one();
    private boolean created;

    MongoContainer() {
        container = new GenericContainer<>(IMAGE)
                .withExposedPorts(PORT)
                .withCreateContainerCmdModifier(command -> Objects.requireNonNull(command.getHostConfig())
                        .withPortBindings(PortBinding.parse(port + ":" + PORT)))
                .withCommand("--replSet", "rs0", "--bind_ip_all")
                .waitingFor(Wait.forListeningPort().withStartupTimeout(START_LIMIT));
    }

    /** Whether there is an engine that answers soon. */
    static boolean isPossible() {
        if (System.getenv("DOCKER_HOST") == null && !Files.exists(Path.of("/var/run/docker.sock"))) {
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

    @Override
    public String name() {
        return "mongodb in docker";
    }

    /** Direct, since the set knows itself by an address inside of the container. */
    @Override
    public String uri() {
        return "mongodb://" + container.getHost() + ":" + port + "/?directConnection=true";
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
        Awaitility.await().atMost(START_LIMIT).ignoreExceptions().until(this::isPrimary);
    }

    private boolean isPrimary() throws IOException, InterruptedException {
        return evaluate("try { rs.initiate({_id: 'rs0', members: [{_id: 0, host: 'localhost:" + PORT
                        + "'}]}) } catch (e) {} ; print(db.hello().isWritablePrimary)")
                .endsWith("true");
    }

    private String evaluate(String script) throws IOException, InterruptedException {
        return container
                .execInContainer("mongosh", "--quiet", "--eval", script)
                .getStdout()
                .strip();
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
}
