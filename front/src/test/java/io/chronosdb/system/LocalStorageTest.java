package io.chronosdb.system;

import static io.chronosdb.system.TestSystem.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.Chronos;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.address.Route;
import io.chronosdb.archive.ArchiveReader;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Position;
import io.chronosdb.node.Stores;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Several tenants in one bucket of one folder, in place of S3. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LocalStorageTest {
    @Test
    void tenants_share_a_folder_and_a_bucket_and_never_see_each_other() throws Exception {
        try (TestSystem system = TestSystem.create(config -> {
            config.putObject("localStorage").put("enabled", true).put("basePath", "archive");
            config.putObject("spacesConnections");
        })) {
            system.node();
            Chronos chronos = system.client();
            List<Route> routes = List.of(
                    Route.runtime("tenant-a").collection("users"),
                    Route.runtime("tenant-b").collection("users"));
            for (Route route : routes) {
                chronos.with(route).create(Map.of("of", route.database().value()), Write.PLAIN.withId("ann"));
            }

            Path bucket = system.dir().resolve("archive/" + system.dir().getFileName() + "-shared");
            for (Route route : routes) {
                String own = route.database().value();
                Path file = bucket.resolve(own + "/users/ann/v0/item.json");
                eventually(() -> Files.exists(file));
                assertThat(Files.readString(file)).contains("\"of\":\"" + own + "\"");
                ItemCollection items = chronos.with(route);
                eventually(() -> items.getLatest("ann").isPresent());
                assertThat(items.getLatest("ann")
                                .orElseThrow()
                                .data()
                                .orElseThrow()
                                .path("of")
                                .asText())
                        .isEqualTo(own);
                try (Stores stores = new Stores(system.config())) {
                    ArchiveReader reader = new ArchiveReader(
                            stores.archive(route.database()),
                            stores.location(route.database()),
                            Duration.ofSeconds(10));
                    URI url = reader.presign(
                                    route.item("ann"),
                                    Ov.FIRST,
                                    new Position(route.database(), 0, 0),
                                    Duration.ofMinutes(1),
                                    Duration.ZERO)
                            .orElseThrow();
                    assertThat(Path.of(url)).isEqualTo(file);
                }
            }
        }
    }
}
