package io.chronosdb.faults;

import io.chronosdb.Chronos;
import io.chronosdb.Consistency;
import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Operation;
import io.chronosdb.Read;
import io.chronosdb.Write;
import io.chronosdb.address.Route;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.error.ChronosException;
import io.chronosdb.error.ChronosException.NotYetVisible;
import io.chronosdb.error.ChronosException.OutcomeUnknown;
import io.chronosdb.error.ChronosException.PayloadUnavailable;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.error.ChronosException.VersionConflict;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.faults.History.Call;
import io.chronosdb.faults.History.ItemId;
import io.chronosdb.faults.History.Made;
import io.chronosdb.faults.History.Part;
import io.chronosdb.faults.History.Saw;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Writes to and reads from a few items of one collection, as one session, and records what it did and saw. What has an unknown outcome is mostly
 * repeated under the same command id until there is an answer.
 */
final class Client implements Runnable {
    private static final int ITEMS = 6;
    /** Some commands are never asked about again. */
    private static final int GIVES_UP_ONE_OF = 8;

    private static final String FILL = "x".repeat(200);

    private final int session;
    private final Chronos chronos;
    private final String tenant;
    private final Route route;
    private final ItemCollection items;
    private final Random random;
    private final History history;
    private final Answers answers;
    private final long pauseNanos;
    private final BooleanSupplier goesOn;
    private final BooleanSupplier patient;
    private final Map<String, Long> seen = new HashMap<>();
    private int commands;

    /**
     * @param goesOn whether to begin something new
     * @param patient whether to repeat what got no answer
     */
    Client(
            int session,
            Chronos chronos,
            String tenant,
            String collection,
            Random random,
            History history,
            Answers answers,
            long pauseNanos,
            BooleanSupplier goesOn,
            BooleanSupplier patient) {
        this.session = session;
        this.chronos = chronos;
        this.tenant = tenant;
        this.route = Route.runtime(tenant).collection(collection);
        this.items = chronos.with(route);
        this.random = random;
        this.history = history;
        this.answers = answers;
        this.pauseNanos = pauseNanos;
        this.goesOn = goesOn;
        this.patient = patient;
    }

    @Override
    public void run() {
        try {
            while (goesOn.getAsBoolean()) {
                switch (random.nextInt(10)) {
                    case 0, 1, 2, 3, 4 -> write();
                    case 5, 6 -> read(Consistency.SESSION);
                    case 7 -> read(Consistency.LATEST);
                    default -> answers.any(random).ifPresent(this::ask);
                }
                LockSupport.parkNanos((long) (pauseNanos * 2 * random.nextDouble()));
            }
        } catch (RuntimeException e) {
            history.problems.add("a client failed: " + e + " at " + List.of(e.getStackTrace()));
        }
    }

    // ---- writes

    private void write() {
        String id = randomId();
        String command = "c" + session + "-" + ++commands;
        long known = seen.getOrDefault(id, -1L);
        ExpectedOv expected = known >= 0 && random.nextInt(3) > 0 ? new Ov(known) : ExpectedOv.ANY;
        Map<String, Object> data = Map.of("by", command, "fill", FILL);
        switch (random.nextInt(10)) {
            case 0, 1 -> one(Op.CREATE, id, ExpectedOv.ANY, command, write -> items.create(data, write.withId(id)));
            case 2 -> one(Op.DELETE, id, expected, command, write -> items.delete(id, expected, write));
            case 3 -> {
                long to = random.nextInt((int) Math.max(0, known) + 1);
                one(
                        Op.RESTORE,
                        id,
                        ExpectedOv.ANY,
                        command,
                        write -> items.restoreObject(id, RestorePoint.ov(to), write));
            }
            case 4, 5 ->
                one(
                        Op.ENRICH,
                        id,
                        expected,
                        command,
                        write -> items.enrich(id, Map.of("enriched", command), expected, write));
            case 6 -> transact(command, data);
            default -> one(Op.UPDATE, id, expected, command, write -> items.update(id, data, expected, write));
        }
    }

    private String randomId() {
        return "i" + random.nextInt(ITEMS);
    }

    /** Two items, which only a collection that is ordered as a whole can do. */
    private void transact(String command, Map<String, Object> data) {
        if (!route.collection().equals(Cluster.BY_ITEM)) {
            List<String> ids = IntStream.range(0, ITEMS)
                    .mapToObj(i -> "i" + i)
                    .filter(id -> seen.containsKey(id))
                    .limit(2)
                    .toList();
            List<Operation> operations = ids.stream()
                    .map(id -> Operation.update(id, data, ExpectedOv.ANY))
                    .toList();
            List<Part> parts = ids.stream()
                    .map(id -> new Part(item(id), Op.UPDATE, OptionalLong.empty()))
                    .toList();
            if (!ids.isEmpty()) {
                submit(command, parts, write -> items.transact(operations, write));
            }
        }
    }

    private void one(Op op, String id, ExpectedOv expected, String command, Function<Write, Receipt> act) {
        OptionalLong version =
                expected.exact().map(ov -> OptionalLong.of(ov.value())).orElse(OptionalLong.empty());
        submit(command, List.of(new Part(item(id), op, version)), write -> List.of(act.apply(write)));
    }

    private ItemId item(String id) {
        return new ItemId(tenant, route.collection(), id);
    }

    private void submit(String command, List<Part> parts, Function<Write, List<Receipt>> act) {
        Write write = Write.by(command, "faults").withCommandId(command);
        long invoked = System.nanoTime();
        boolean sent = false;
        do {
            try {
                List<Receipt> receipts = act.apply(write);
                List<Made> made = receipts.stream()
                        .map(r -> new Made(r.ov().value(), r.cv().value(), r.at()))
                        .toList();
                history.calls.add(Call.ok(command, session, parts, invoked, System.nanoTime(), made));
                receipts.forEach(this::learn);
                return;
            } catch (OutcomeUnknown e) {
                history.unknown.incrementAndGet();
                sent = true;
                if (random.nextInt(GIVES_UP_ONE_OF) == 0) {
                    history.calls.add(Call.unknown(command, session, parts, invoked));
                    return;
                }
            } catch (Unavailable e) {
                history.unavailable.incrementAndGet();
                if (!sent) { // Nothing was written: hold it to that.
                    history.calls.add(Call.rejected(command, session, parts, invoked, System.nanoTime(), e.code(), -1));
                    return;
                }
            } catch (ChronosException e) {
                long actual = e instanceof VersionConflict conflict ? conflict.actual() : -1;
                history.calls.add(Call.rejected(command, session, parts, invoked, System.nanoTime(), e.code(), actual));
                if (actual >= 0 && parts.size() == 1) {
                    seen.merge(parts.get(0).item().id(), actual, Math::max);
                }
                return;
            }
        } while (patient.getAsBoolean());
        history.problems.add("everything is in order, and there is no answer to " + command);
    }

    private void learn(Receipt receipt) {
        seen.merge(receipt.id(), receipt.ov().value(), Math::max);
        String token = receipt.position().token();
        switch (random.nextInt(6)) {
            case 0 -> ask(new Answers.OfVersion(route, token, receipt.id(), receipt.ov()));
            case 1 -> ask(new Answers.AsOf(route, token, receipt.id(), receipt.at()));
            case 2 -> {
                // By item, an earlier stamp may still come in another partition.
                if (!route.collection().equals(Cluster.BY_ITEM)) {
                    ask(new Answers.ListAsOf(route, token, receipt.cv()));
                }
            }
            default -> {}
        }
    }

    // ---- reads

    private void ask(Answers.Question question) {
        try {
            answers.ask(question, chronos).ifPresent(history.problems::add);
        } catch (Unavailable | NotYetVisible | PayloadUnavailable e) {
            history.unavailable.incrementAndGet();
        }
    }

    private void read(Consistency consistency) {
        String id = randomId();
        long invoked = System.nanoTime();
        try {
            Read how = Read.PLAIN.includingDeleted().with(consistency);
            Saw saw = items.getLatest(id, how)
                    .map(found -> saw(id, consistency, invoked, found))
                    .orElseGet(() -> new Saw(
                            session,
                            item(id),
                            consistency == Consistency.LATEST,
                            invoked,
                            System.nanoTime(),
                            -1,
                            -1,
                            ""));
            history.reads.add(saw);
            if (saw.ov() >= 0) {
                seen.merge(id, saw.ov(), Math::max);
            }
        } catch (Unavailable | NotYetVisible | PayloadUnavailable e) {
            history.unavailable.incrementAndGet();
        }
    }

    private Saw saw(String id, Consistency consistency, long invoked, Item found) {
        return new Saw(
                session,
                item(id),
                consistency == Consistency.LATEST,
                invoked,
                System.nanoTime(),
                found.ov().value(),
                found.cv().value(),
                found.system().path("actor").asText());
    }
}
