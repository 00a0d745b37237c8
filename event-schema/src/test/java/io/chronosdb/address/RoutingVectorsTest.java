package io.chronosdb.address;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.chronosdb.address.Routing.Hash;
import io.chronosdb.document.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** The vectors were made by a program in another language, {@code examples/python/chronos_contract.py}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RoutingVectorsTest {
    private static final Path VECTORS = Path.of("../examples/python/routing_vectors.json");

    @Test
    void both_hashes_agree_with_the_published_vectors() throws IOException {
        JsonNode vectors = Json.parse(Files.readAllBytes(VECTORS));

        assertThat(vectors.size()).isGreaterThan(100);
        for (JsonNode vector : vectors) {
            String key = vector.path("key").textValue();
            int partitions = vector.path("partitions").intValue();
            assertThat(Hash.RENDEZVOUS.partition(key, partitions))
                    .as("rendezvous of %s", vector)
                    .isEqualTo(vector.path("rendezvous").intValue());
            assertThat(Hash.JUMP.partition(key, partitions))
                    .as("jump of %s", vector)
                    .isEqualTo(vector.path("jump").intValue());
        }
    }
}
