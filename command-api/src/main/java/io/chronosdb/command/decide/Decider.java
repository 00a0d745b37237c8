package io.chronosdb.command.decide;

import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.command.Action.Configure;
import io.chronosdb.command.Action.Operation;
import io.chronosdb.command.Action.RestoreCollection;
import io.chronosdb.command.Action.Transact;
import io.chronosdb.command.Command;
import io.chronosdb.command.CommandRules;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.command.decide.Remembered.Made;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.Rejection;
import io.chronosdb.event.Configured;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Provenance;
import io.chronosdb.event.Transaction;
import io.chronosdb.event.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a command does. Sees the state and the command's record, nothing else: time is when the broker appended the
 * command, a missing id comes from where it lies. So whoever decides it, whenever, decides the same.
 */
public final class Decider {
    /** What an event needs per version beside documents, names and reasons. */
    private static final int VERSION_OVERHEAD_BYTES = 1_000;

    private final State state;
    private final DecisionSettings settings;
    private final Command command;
    private final Source source;

    private Decider(State state, Command command, Source source) {
        this.state = state;
        this.settings = state.settings()
                .orElseThrow(() -> new IllegalStateException("a partition decides nothing before it has settings"));
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
        return new Decider(state, command, source).decide();
    }

    /**
     * One step of a {@link CollectionRestore}.
     *
     * @param document the target's, where the change {@link CollectionRestore.Change#restores}
     */
    public static Decision.Accept restore(
            State state, Command command, Source source, CollectionRestore.Change change, Optional<Payload> document) {
        VersionMaker.Next next = new Decider(state, command, source).maker().next(change.item(), change.present());
        Optional<Ov> from = change.target().map(VersionState::ov);
        return change.restores() ? next.restore(from.orElseThrow(), document.orElseThrow()) : next.delete(from);
    }

    private VersionMaker maker() {
        return new VersionMaker(state, settings, command, source);
    }

    private Decision decide() {
        if (command.action() instanceof Configure configure) {
            return configure(configure);
        }
        List<String> problems = CommandRules.problems(command);
        if (!problems.isEmpty()) {
            return new Decision.Reject(Rejection.invalid(problems));
        }
        if (command.action() instanceof Transact transact) {
            return transact(transact);
        }
        if (command.action() instanceof RestoreCollection restore) {
            return restoreCollection(restore);
        }
        String id = command.id().orElseGet(this::generatedId);
        int partition = partition(command.collection(), id);
        if (partition != source.partition()) {
            return new Decision.Forward(partition, identified().withId(id));
        }
        return repeat().<Decision>map(again -> again)
                .orElseGet(() -> command.action()
                        .match(new ItemDecision(state, settings, maker(), new ItemKey(command.collection(), id))));
    }

    private int partition(String collection, String id) {
        return settings.routing(collection)
                .partition(source.database(), settings.dbName(), collection, id, settings.partitions());
    }

    private Optional<Decision.Repeat> repeat() {
        return command.commandId()
                .flatMap(commandId -> state.remembered(command.scope(), commandId))
                .filter(remembered ->
                        remembered.at().plus(settings.commandIdsKept()).isAfter(VersionMaker.at(state, source)))
                .map(Decision.Repeat::new);
    }

    // ---- several items

    private Decision restoreCollection(RestoreCollection restore) {
        if (!settings.routing(command.collection()).byItem()) {
            int partition = partition(command.collection(), "");
            if (partition != source.partition()) {
                return new Decision.Forward(partition, identified());
            }
        }
        if (!settings.keeping(command.collection()).versions()) {
            return new Decision.Reject(
                    Rejection.invalid("the collection keeps no earlier versions: collection=" + command.collection()));
        }
        return repeat().<Decision>map(again -> again).orElseGet(() -> new Decision.Restore(restore));
    }

    private Decision transact(Transact transact) {
        List<Operation> operations = transact.operations();
        int partition =
                partition(operations.get(0).collection(), operations.get(0).id());
        for (Operation operation : operations) {
            if (partition(operation.collection(), operation.id()) != partition) {
                return new Decision.Reject(Rejection.crossPartition(
                        operations.get(0).collection() + "/" + operations.get(0).id(),
                        operation.collection() + "/" + operation.id()));
            }
        }
        if (partition != source.partition()) {
            return new Decision.Forward(partition, identified());
        }
        return repeat().<Decision>map(again -> forEach(operations, again)).orElseGet(() -> all(operations));
    }

    /** The log tells what the transaction has changed. What it found as it should be is looked up as of then. */
    private Decision forEach(List<Operation> operations, Decision.Repeat again) {
        Remembered first = again.first();
        List<Made> answer = new ArrayList<>();
        for (Operation operation : operations) {
            ItemKey item = new ItemKey(operation.collection(), operation.id());
            Optional<VersionState> then = state.item(item)
                    .flatMap(present -> Past.find(state, item, present.ov(), RestorePoint.at(first.at())));
            if (then.isEmpty()) {
                return again; // It is not kept any more.
            }
            VersionState found = then.get();
            answer.add(new Made(item.id(), found.ov(), found.cv(), found.op(), found.at()));
        }
        return new Decision.Repeat(new Remembered(answer, first.events(), first.at(), first.offset()));
    }

    /** No item stands twice in it, so each operation is decided against the state before all of them. */
    private Decision all(List<Operation> operations) {
        VersionMaker maker = maker();
        List<Version> versions = new ArrayList<>();
        List<Made> answer = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            ItemKey item = new ItemKey(operation.collection(), operation.id());
            Decision one = operation.action().match(new ItemDecision(state, settings, maker, item));
            if (one instanceof Decision.Accept accept) {
                versions.addAll(accept.fact().versions());
                answer.addAll(accept.answer());
            } else if (one instanceof Decision.Same same) {
                answer.addAll(same.answer());
            } else if (one instanceof Decision.Reject reject) {
                return new Decision.Reject(reject.rejection().ofOperation(i));
            } else {
                return one; // A document has to be fetched first.
            }
        }
        if (versions.isEmpty()) {
            return new Decision.Same(answer);
        }
        long bytes = bytes(versions);
        return bytes > settings.payloadBytesMax()
                ? new Decision.Reject(Rejection.payloadTooLarge(bytes, settings.payloadBytesMax()))
                : new Decision.Accept(maker.at(), new Transaction(versions), answer);
    }

    /** About what they take in one event, which has to fit into one record. */
    private static long bytes(List<Version> versions) {
        long bytes = 0;
        for (Version version : versions) {
            Provenance who = version.provenance();
            bytes += VERSION_OVERHEAD_BYTES
                    + version.payload().map(Payload::size).orElse(0);
            bytes += 3L
                    * (who.actor().orElse("").length() + who.reason().orElse("").length());
            bytes += 3L
                    * who.headers().entrySet().stream()
                            .mapToLong(e -> e.getKey().length() + e.getValue().length())
                            .sum();
            bytes += who.functionIds().stream().mapToLong(String::length).sum();
            bytes += version.blobs().values().stream()
                    .mapToLong(blob -> blob.bytes().length)
                    .sum();
        }
        return bytes;
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
        return new Decision.Accept(VersionMaker.at(state, source), new Configured(wanted.toJson()), List.of());
    }

    /** An ObjectId made of the time and the place in the log: unique, time-ordered, and the same for every owner. */
    private String generatedId() {
        return String.format(
                "%08x%04x%012x",
                source.appendedAt().getEpochSecond() & 0xffffffffL,
                source.partition() & 0xffff,
                source.offset() & 0xffffffffffffL);
    }

    /** With an id of its own, so that forwarding it twice does not apply it twice. */
    private Command identified() {
        return command.withCommandId(command.commandId()
                .orElseGet(
                        () -> "forwarded:" + source.generation() + ":" + source.partition() + ":" + source.offset()));
    }
}
