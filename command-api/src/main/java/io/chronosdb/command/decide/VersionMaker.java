package io.chronosdb.command.decide;

import io.chronosdb.address.ItemKey;
import io.chronosdb.command.Command;
import io.chronosdb.document.Base64Property;
import io.chronosdb.document.Blobs;
import io.chronosdb.event.Blob;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Lineage;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Provenance;
import io.chronosdb.event.Times;
import io.chronosdb.event.Version;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the versions of one event: gives them their time and their collection versions. */
final class VersionMaker {
    /** Partitions fit into this many values in the stamp that {@link #stamp} makes. */
    private static final int STAMP_PARTITIONS = 1 << 10;

    private final State state;
    private final DecisionSettings settings;
    private final Command command;
    private final Decider.Source source;
    private final Instant at;
    private final Map<String, Long> cvs = new HashMap<>();
    private int made;

    VersionMaker(State state, DecisionSettings settings, Command command, Decider.Source source) {
        this.state = state;
        this.settings = settings;
        this.command = command;
        this.source = source;
        this.at = at(state, source);
    }

    /** The broker's time, made increasing. */
    static Instant at(State state, Decider.Source source) {
        Instant earliest = state.head().at().plusNanos(1_000);
        return source.appendedAt().isAfter(earliest) ? source.appendedAt() : earliest;
    }

    Instant at() {
        return at;
    }

    Next first(ItemKey item, Lineage lineage) {
        return new Next(item, Ov.FIRST, at, lineage, List.of(), Ov.FIRST);
    }

    Next next(ItemKey item, ItemState present) {
        return new Next(
                item,
                present.ov().next(),
                present.insertedAt(),
                present.lineage(),
                present.functionIds(),
                present.firstKept());
    }

    /** The next version of an item, before it is known what it says. */
    final class Next {
        private final ItemKey item;
        private final Ov ov;
        private final Instant insertedAt;
        private final Lineage lineage;
        private final List<String> functionIds;
        private final Ov firstKept;

        private Next(ItemKey item, Ov ov, Instant insertedAt, Lineage lineage, List<String> functionIds, Ov firstKept) {
            this.item = item;
            this.ov = ov;
            this.insertedAt = insertedAt;
            this.lineage = lineage;
            this.functionIds = functionIds;
            this.firstKept = firstKept;
        }

        Ov ov() {
            return ov;
        }

        Next enrichedBy(List<String> functions) {
            return new Next(item, ov, insertedAt, lineage, functions, firstKept);
        }

        Decision.Accept document(Op op, Blobs document) {
            return make(op, Optional.empty(), Optional.of(document.payload()), document.blobs());
        }

        Decision.Accept restore(Ov from, Payload document) {
            return make(Op.RESTORE, Optional.of(from), Optional.of(document), Map.of());
        }

        Decision.Accept delete(Optional<Ov> restoredFrom) {
            return make(Op.DELETE, restoredFrom, Optional.empty(), Map.of());
        }

        private Decision.Accept make(
                Op op, Optional<Ov> restoredFrom, Optional<Payload> document, Map<String, Blob> blobs) {
            Provenance provenance = new Provenance(
                    command.actor(), command.reason(), command.commandId(), command.headers(), functionIds);
            Version version = new Version(
                    item,
                    ov,
                    cv(item.collection()),
                    op,
                    at,
                    insertedAt,
                    provenance,
                    lineage,
                    restoredFrom,
                    settings.keeping(item.collection()).of(op == Op.DELETE, firstKept, blobProps(item)),
                    document,
                    blobs);
            return new Decision.Accept(at, version, List.of(Evolution.made(version)));
        }
    }

    private List<String> blobProps(ItemKey item) {
        return settings.base64Props(item.collection()).stream()
                .map(Base64Property::path)
                .toList();
    }

    private Cv cv(String collection) {
        if (settings.routing(collection).byItem()) {
            return new Cv(stamp(at.plusNanos(1_000L * made++)));
        }
        made++;
        return new Cv(cvs.merge(
                collection, state.lastCv(collection).map(cv -> cv.value() + 1).orElse(0L), (last, first) -> last + 1));
    }

    /**
     * A hybrid logical clock's stamp (Kulkarni et al., 2014): the partition's increasing time, made unique by the
     * partition's number.
     */
    private long stamp(Instant time) {
        return Math.addExact(
                Math.multiplyExact(Times.toMicros(time), (long) STAMP_PARTITIONS),
                source.partition() % STAMP_PARTITIONS);
    }
}
