package io.chronosdb.command.decide;

import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Routing;
import io.chronosdb.command.Action;
import io.chronosdb.command.Action.Configure;
import io.chronosdb.command.Action.Create;
import io.chronosdb.command.Action.Delete;
import io.chronosdb.command.Action.Update;
import io.chronosdb.command.Command;
import io.chronosdb.command.CommandRules;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.Rejection;
import io.chronosdb.event.Configured;
import io.chronosdb.event.Cv;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Provenance;
import io.chronosdb.event.Times;
import io.chronosdb.event.Version;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a command does. Sees the state and the command's record, nothing else: time is when the broker appended the
 * command, a missing id comes from where it lies. So whoever decides it, whenever, decides the same.
 */
public final class Decider {
    /** Partitions fit into this many values in the stamp that {@link #stamp} makes. */
    private static final int STAMP_PARTITIONS = 1 << 10;

    private final State state;
    private final DecisionSettings settings;
    private final Command command;
    private final Source source;

    private Decider(State state, DecisionSettings settings, Command command, Source source) {
        this.state = state;
        this.settings = settings;
        this.command = command;
        this.source = source;
    }

    /**
     * Where a command came from.
     *
     * @param generation of the commands topic
     * @param appendedAt the broker's time
     */
    public record Source(Database database, int partition, long offset, String generation, Instant appendedAt) {}

    /**
     * Decides.
     *
     * @param state which has settings
     * @throws IllegalStateException if the partition has no settings yet
     */
    public static Decision decide(State state, Command command, Source source) {
        DecisionSettings settings = state.settings()
                .orElseThrow(() -> new IllegalStateException("a partition decides nothing before it has settings"));
        return new Decider(state, settings, command, source).decide();
    }

    private Decision decide() {
        if (command.action() instanceof Configure configure) {
            return configure(configure);
        }
        List<String> problems = CommandRules.problems(command);
        if (!problems.isEmpty()) {
            return new Decision.Reject(Rejection.invalid(problems));
        }
        String id = command.id().orElseGet(this::generatedId);
        Routing routing = settings.routing(command.collection());
        int partition = routing.partition(
                source.database(), settings.dbName(), command.collection(), id, settings.partitions());
        if (partition != source.partition()) {
            return new Decision.Forward(partition, identified(id));
        }
        Optional<Remembered> first = command.commandId()
                .flatMap(commandId -> state.remembered(command.collection(), commandId))
                .filter(remembered ->
                        remembered.at().plus(settings.commandIdsKept()).isAfter(at()));
        if (first.isPresent()) {
            return new Decision.Repeat(first.get());
        }
        return onItem(new ItemKey(command.collection(), id));
    }

    private Decision onItem(ItemKey item) {
        Optional<ItemState> present = state.item(item);
        return command.action().match(new Action.Cases<Decision>() {
            @Override
            public Decision create(Create create) {
                return present.<Decision>map(it -> new Decision.Reject(
                                Rejection.alreadyExists(item.toString(), it.ov().value())))
                        .orElseGet(() -> document(item, Op.CREATE, Ov.FIRST, at(), create.data()));
            }

            @Override
            public Decision update(Update update) {
                return existing(item, present, update.expected())
                        .orElseGet(() -> next(item, Op.UPDATE, present.orElseThrow(), Optional.of(update.data())));
            }

            @Override
            public Decision delete(Delete delete) {
                return existing(item, present, delete.expected())
                        .orElseGet(() -> next(item, Op.DELETE, present.orElseThrow(), Optional.empty()));
            }

            @Override
            public Decision configure(Configure configure) {
                throw new IllegalStateException("decided before it came to an item");
            }
        });
    }

    /** The refusal, if the item cannot have a next version. */
    private static Optional<Decision> existing(ItemKey item, Optional<ItemState> present, ExpectedOv expected) {
        if (present.isEmpty()) {
            return Optional.of(new Decision.Reject(Rejection.notFound(item.toString())));
        }
        ItemState it = present.get();
        if (it.deleted()) {
            return Optional.of(new Decision.Reject(
                    Rejection.deleted(item.toString(), it.ov().value())));
        }
        return expected.exact()
                .filter(ov -> !ov.equals(it.ov()))
                .map(ov -> new Decision.Reject(Rejection.versionConflict(
                        item.toString(), ov.value(), it.ov().value())));
    }

    private Decision next(ItemKey item, Op op, ItemState present, Optional<Payload> data) {
        return data.map(payload -> document(item, op, present.ov().next(), present.insertedAt(), payload))
                .orElseGet(() -> accept(item, op, present.ov().next(), present.insertedAt(), data));
    }

    private Decision document(ItemKey item, Op op, Ov ov, Instant insertedAt, Payload data) {
        if (data.size() > settings.payloadBytesMax()) {
            return new Decision.Reject(Rejection.payloadTooLarge(data.size(), settings.payloadBytesMax()));
        }
        CollectionMap map = settings.map(item.collection());
        if (!map.requiredIndexed().isEmpty()) {
            List<String> violations = map.violations(Json.parseObject(data.json()));
            if (!violations.isEmpty()) {
                return new Decision.Reject(Rejection.invalid(violations));
            }
        }
        return accept(item, op, ov, insertedAt, Optional.of(data));
    }

    private Decision accept(ItemKey item, Op op, Ov ov, Instant insertedAt, Optional<Payload> data) {
        Instant at = at();
        Provenance provenance =
                new Provenance(command.actor(), command.reason(), command.commandId(), command.headers());
        return new Decision.Accept(
                at, new Version(item, ov, cv(item.collection(), at), op, at, insertedAt, provenance, data));
    }

    private Decision configure(Configure configure) {
        DecisionSettings wanted;
        try {
            wanted = DecisionSettings.parse(configure.settings());
        } catch (Invalid e) {
            return new Decision.Reject(Rejection.invalid("the settings are not readable"));
        }
        if (!wanted.routesLike(settings)) {
            return new Decision.Reject(
                    Rejection.invalid("routing is recorded with the topic and cannot change: recorded: "
                            + settings.routingText() + " wanted: " + wanted.routingText()));
        }
        return new Decision.Accept(at(), new Configured(wanted.toJson()));
    }

    /** The broker's time, made increasing. */
    private Instant at() {
        Instant earliest = state.head().at().plusNanos(1_000);
        return source.appendedAt().isAfter(earliest) ? source.appendedAt() : earliest;
    }

    private Cv cv(String collection, Instant at) {
        if (settings.routing(collection).byItem()) {
            return new Cv(stamp(at));
        }
        return new Cv(state.lastCv(collection).map(cv -> cv.value() + 1).orElse(0L));
    }

    /**
     * A hybrid logical clock's stamp (Kulkarni et al., 2014): the partition's increasing time, made unique by the
     * partition's number.
     */
    private long stamp(Instant at) {
        return Math.addExact(
                Math.multiplyExact(Times.toMicros(at), (long) STAMP_PARTITIONS), source.partition() % STAMP_PARTITIONS);
    }

    /** An ObjectId made of the time and the place in the log: unique, time-ordered, and the same for every owner. */
    private String generatedId() {
        return String.format(
                "%08x%04x%012x",
                source.appendedAt().getEpochSecond() & 0xffffffffL,
                source.partition() & 0xffff,
                source.offset() & 0xffffffffffffL);
    }

    /** With an id of its own and of its item's, so that forwarding it twice does not apply it twice. */
    private Command identified(String id) {
        String commandId = command.commandId()
                .orElseGet(() -> "forwarded:" + source.generation() + ":" + source.partition() + ":" + source.offset());
        return command.withId(id).withCommandId(commandId);
    }
}
