package io.chronosdb.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.Updates;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.ItemDocument;
import io.chronosdb.mongo.IndexRebuild.IfDifferent;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.IndexEntry;
import io.chronosdb.testkit.index.EventChain;
import io.chronosdb.testkit.index.MongoServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.bson.Document;
import org.bson.types.Binary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PayloadShadowTest {
    private static final DatabasePartition PARTITION = new DatabasePartition(Route.runtime("acme"), 0);
    private static final ItemKey SMALL = new ItemKey("users", "small");
    private static final ItemKey LARGE = new ItemKey("users", "large");

    private final EventChain chain = new EventChain(PARTITION);
    private Instant now = Instant.parse("2026-01-01T00:30:00Z");
    private final IndexSettings settings =
            settings(MongoServer.freshDatabase(), Optional.of(new PayloadShadow(Duration.ofHours(1), 20, () -> now)));
    private final MongoIndex index = new MongoIndex(PARTITION.database(), settings, TestMongo.CLIENT);

    private static IndexSettings settings(String dbName, Optional<PayloadShadow> shadow) {
        return new IndexSettings(
                dbName,
                collection -> CollectionMap.EVERYTHING,
                new ArchiveLocation("bucket", ""),
                false,
                VersionRetention.ALL,
                shadow);
    }

    @AfterEach
    void drop() {
        TestMongo.database(settings).drop();
    }

    @Test
    void a_head_has_its_document_for_a_while_unless_it_is_too_large() {
        chain.create(SMALL, "{\"n\": 1}");
        chain.create(LARGE, "{\"text\": \"far too long\"}");
        chain.update(SMALL, "{\"n\":1.10}");

        TestMongo.project(chain, TestMongo.projector(settings));

        assertThat(json(SMALL)).contains("{\"n\":1.10}");
        assertThat(json(LARGE)).isEmpty();
        assertThat(index.version(SMALL, index.head(SMALL).orElseThrow().ov())
                        .orElseThrow()
                        .shadow())
                .isEmpty();
        now = now.plus(Duration.ofHours(1));
        assertThat(json(SMALL)).as("expired").isEmpty();
        assertThat(index.head(SMALL)).isPresent();
    }

    @Test
    void what_has_expired_already_is_not_written_and_the_next_version_replaces_what_was() {
        now = now.plus(Duration.ofHours(1));
        chain.create(SMALL, "{\"n\":1}");
        chain.pause(Duration.ofHours(1)).create(new ItemKey("users", "young"), "{\"n\":1}");
        TestMongo.project(chain, TestMongo.projector(settings));

        assertThat(TestMongo.documents(settings, "users_head"))
                .extracting(head -> head.containsKey("shadow"))
                .containsExactly(false, true);
        chain.update(new ItemKey("users", "young"), "{\"text\": \"far too long\"}");
        TestMongo.project(chain, TestMongo.projector(settings));
        assertThat(json(new ItemKey("users", "young"))).isEmpty();
    }

    @Test
    void a_damaged_one_and_one_that_nobody_asked_for_is_as_if_there_were_none() {
        chain.create(SMALL, "{\"n\":1}");
        TestMongo.project(chain, TestMongo.projector(settings));
        MongoIndex without =
                new MongoIndex(PARTITION.database(), settings(settings.dbName(), Optional.empty()), TestMongo.CLIENT);

        assertThat(without.head(SMALL).orElseThrow().shadow()).isEmpty();
        TestMongo.database(settings)
                .getCollection("users_head")
                .updateOne(new Document("_id", "small"), Updates.set("shadow", new Binary(new byte[] {1, 2, 3})));
        assertThat(json(SMALL)).isEmpty();
    }

    @Test
    void a_rebuild_neither_compares_nor_counts_them() {
        chain.create(SMALL, "{\"n\":1}");
        TestMongo.project(chain, TestMongo.projector(settings));
        IndexFingerprint before = IndexFingerprint.of(TestMongo.CLIENT, settings.dbName());
        IndexRebuild rebuild = new IndexRebuild(
                PARTITION.database(),
                settings(settings.dbName(), Optional.empty()),
                TestMongo.CLIENT,
                new ChainSource(List.of(chain), new Random(1)));

        RebuildResult result = rebuild.run(Optional.empty(), IfDifferent.KEEP_OLD, (done, total) -> {});

        assertThat(result.difference()).isEmpty();
        assertThat(result.compared()).isTrue();
        assertThat(result.built()).isEqualTo(before);
        assertThat(json(SMALL)).isEmpty();
    }

    private Optional<String> json(ItemKey item) {
        return index.head(item)
                .flatMap(IndexEntry::shadow)
                .flatMap(ItemDocument::payload)
                .map(payload -> new String(payload.json(), java.nio.charset.StandardCharsets.UTF_8));
    }
}
