package io.chronosdb.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.Json;
import io.chronosdb.testkit.archive.S3Server;
import io.chronosdb.testkit.index.MongoServer;
import io.chronosdb.testkit.kafka.SharedKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** All promises against several processes that share the roles, with real Kafka, mongod and S3. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SeveralProcessesTest {
    @Test
    void processes_that_share_the_roles_keep_every_promise_on_mongod_and_s3() throws Exception {
        String name = "k" + UUID.randomUUID().toString().substring(0, 8);
        Path dir = Path.of("target", "systems", name).toAbsolutePath();
        Files.createDirectories(dir);
        try (S3Server s3 = S3Server.start()) {
            Path config = Files.write(dir.resolve("chronos.json"), Json.bytes(config(name, s3)));
            try (ChildJvm one = ChildJvm.node(dir, config, "commands,projector");
                    ChildJvm two = ChildJvm.node(dir, config, "commands,archiver,counters");
                    ChildJvm three = ChildJvm.node(dir, config, "projector,archiver")) {
                List.of(one, two, three).forEach(ChildJvm::untilReady);

                CommandLine run = CommandLine.run("--config", config.toString());

                System.out.println(run.err() + run.out());
                assertThat(run.lines())
                        .filteredOn(line -> !line.startsWith("✓"))
                        .as(run.out())
                        .hasSize(1);
                assertThat(run.out()).contains(Promises.ALL.size() + " kept, 0 broken, 0 not held here");
                assertThat(run.status()).isZero();
            }
        }
    }

    /** Payloads are compressed here, and two tenants share a bucket. */
    private static ObjectNode config(String name, S3Server s3) {
        ObjectNode config = Json.object();
        config.putObject("kafka")
                .put("bootstrapServers", SharedKafka.bootstrapServers())
                .put("topicPrefix", name)
                .put("partitions", 3);
        config.putObject("dbConnections")
                .putObject("mongo")
                .put("mongoUri", MongoServer.shared().uri());
        config.putObject("spacesConnections")
                .putObject("s3")
                .put("endpoint", s3.endpoint().toString())
                .put("region", s3.region())
                .put("accessKey", s3.accessKey())
                .put("secretKey", s3.secretKey());
        config.putObject("writeOptimization").put("compressionEnabled", true);
        ArrayNode tenants = config.putObject("databases").putObject("runtime").putArray("tenantDatabases");
        for (String tenant : List.of("tenant-a", "tenant-b")) {
            tenants.addObject()
                    .put("tenantId", tenant)
                    .put("dbConnRef", "mongo")
                    .put("spaceConnRef", "s3")
                    .put("bucket", name)
                    .put("dbName", name + "_" + tenant);
        }
        OneMachine.configure(config);
        return config;
    }
}
