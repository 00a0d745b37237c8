package io.chronosdb;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.address.Topics;
import io.chronosdb.archive.ArchiveReader;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.error.ChronosException.PayloadUnavailable;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Position;
import io.chronosdb.log.EventReader;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.IndexEntry;
import io.chronosdb.testkit.archive.InMemoryArchive;
import io.chronosdb.testkit.index.InMemoryIndex;
import io.chronosdb.testkit.log.InMemoryLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What a version comes to whose document is lost. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class PayloadReaderTest {
    private static final Database DATABASE = Route.runtime("tenant-a");
    private static final ArchiveLocation LOCATION = new ArchiveLocation("bucket", "");
    private static final ItemKey ITEM = new ItemKey("users", "ann");

    @Test
    void a_document_that_is_neither_in_the_archive_nor_in_the_log_is_said_to_be_unavailable() {
        InMemoryLog log = new InMemoryLog(new Topics("t"), 1);
        log.open(DATABASE);
        InMemoryArchive archive = new InMemoryArchive();
        EventReader events = new EventReader(log, Duration.ofSeconds(1));
        InMemoryIndex index = new InMemoryIndex(DATABASE, collection -> CollectionMap.EVERYTHING, LOCATION);
        PayloadReader reader = new PayloadReader(
                new ArchiveReader(archive, LOCATION, PayloadReader.ARCHIVE_MAX),
                events,
                new BlobReader(archive, LOCATION, events, index, List.of()));
        Payload lost = Payload.of("{}".getBytes(StandardCharsets.UTF_8));
        IndexEntry entry = new IndexEntry(
                ITEM,
                Ov.FIRST,
                new Cv(0),
                Op.CREATE,
                Instant.EPOCH,
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                Optional.of(new IndexEntry.PayloadRef(LOCATION.item(ITEM, Ov.FIRST), lost.size(), lost.sha256())),
                new Position(DATABASE, 0, 0),
                Optional.empty());

        assertThatThrownBy(() -> reader.read(entry, Read.PLAIN))
                .isInstanceOf(PayloadUnavailable.class)
                .hasMessageContaining("users/ann@0");
    }
}
