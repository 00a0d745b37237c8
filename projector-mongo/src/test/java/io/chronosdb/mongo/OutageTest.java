package io.chronosdb.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Query;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.Counts;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Progress;
import io.chronosdb.port.TotalsStore.Part;
import io.chronosdb.testkit.index.EventChain;
import io.chronosdb.testkit.index.MongoServer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class OutageTest {
    private static final Database DATABASE = Route.runtime("acme");
    private static final ItemKey ITEM = new ItemKey("users", "a");
    private static final Duration NOTICED_MAX = Duration.ofSeconds(10);

    @Test
    void while_the_server_is_away_every_call_says_so_in_time_and_goes_on_when_it_is_back() {
        try (MongoServer server = MongoServer.startStoppable();
                MongoClient client = MongoConnections.open(server.uri())) {
            IndexSettings settings =
                    new IndexSettings("acme", c -> CollectionMap.EVERYTHING, new ArchiveLocation("bucket", ""), true);
            MongoProjector projector = new MongoProjector(d -> settings, d -> client);
            MongoIndex index = new MongoIndex(DATABASE, settings, client);
            MongoTotalsStore totals = new MongoTotalsStore(DATABASE, "analytics", client);
            EventChain chain = new EventChain(new DatabasePartition(DATABASE, 0));
            chain.create(ITEM, "{}");
            Progress first = chain.end();
            projector.project(chain.partition(), chain.events(), Progress.START, first);
            chain.update(ITEM, "{}");
            var second = chain.events().subList(1, 2);

            server.stop();

            assertUnavailable(
                    () -> projector.project(chain.partition(), second, first, chain.end()),
                    () -> projector.progress(chain.partition()),
                    () -> index.head(ITEM),
                    () -> index.list("users", Query.all()),
                    () -> index.visibleUpTo(0),
                    () -> totals.store(List.of(Part.allTime("users", 0, 1, Counts.NONE, Map.of()))));

            server.restart();

            await().atMost(NOTICED_MAX)
                    .ignoreExceptionsInstanceOf(Unavailable.class)
                    .until(() -> index.head(ITEM).isPresent());
            assertThat(projector.project(chain.partition(), second, first, chain.end()))
                    .isEqualTo(chain.end());
            assertThat(index.head(ITEM).orElseThrow().ov().value()).isEqualTo(1);
        }
    }

    /** All at once, since each takes its seconds. */
    private static void assertUnavailable(ThrowingCallable... calls) {
        CompletableFuture.allOf(Arrays.stream(calls)
                        .map(call -> CompletableFuture.runAsync(() -> assertThatThrownBy(call)
                                .isInstanceOfSatisfying(
                                        Unavailable.class,
                                        e -> assertThat(e.details()).containsEntry("of", "mongodb"))
                                .hasMessageContaining("operation=")
                                .hasMessageContaining("database=")))
                        .toArray(CompletableFuture[]::new))
                .orTimeout(NOTICED_MAX.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }
}
