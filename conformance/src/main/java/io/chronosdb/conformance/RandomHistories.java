package io.chronosdb.conformance;

import static io.chronosdb.conformance.Promise.promise;
import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.Consistency;
import io.chronosdb.HistoryEntry;
import io.chronosdb.ItemCollection;
import io.chronosdb.Operation;
import io.chronosdb.RestoreOptions;
import io.chronosdb.Write;
import io.chronosdb.command.Action;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.command.RestoreReport;
import io.chronosdb.conformance.Model.Fact;
import io.chronosdb.conformance.Model.Verdict;
import io.chronosdb.error.ChronosException;
import io.chronosdb.error.Rejection.Code;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Random operations by several clients at once, held against the {@link Model}: the order is that of the receipts, and at
 * each place of it the model has to come to what was answered; then everything that can be read has to be what the model has.
 */
final class RandomHistories {
    private static final int ROUNDS = 3;
    private static final int WRITERS = 4;
    private static final int EACH = 12;

    /** Seeds that found something once: they are run again and again. */
    private static final List<Long> REGRESSIONS = List.of(942_860_035L);

    private final Installation at;
    private final List<ItemCollection> handles;
    private final boolean ordered;
    private final long seed;
    private final String prefix;
    private final Model model = new Model();
    private final Random random;

    /** The last version of the collection that each command has made. */
    private final List<Receipt> cuts = new ArrayList<>();

    private RandomHistories(Installation at, List<ItemCollection> handles, boolean ordered, long seed) {
        this.at = at;
        this.handles = handles;
        this.ordered = ordered;
        this.seed = seed;
        this.prefix = at.id("");
        this.random = new Random(seed);
    }

    static List<Promise> all() {
        String everything =
                "W6 W7 W9 W10 W11 W12 W14 W15 W16 W18 W19 W20 W21 W22 W24 W25 R1 R4 R6 R7 R9 R11 R12 R13 R14";
        return List.of(
                promise(
                        "random histories of several clients are what a model says, in a collection ordered as a whole",
                        everything + " A7",
                        at -> run(at, own -> List.of(own.ordered(), own.elsewhere()), true)),
                promise(
                                "random histories of several clients are what a model says, where items are ordered one by one",
                                everything + " A7 W26",
                                at -> run(at, own -> List.of(own.byItem(own.one()), own.byItem(own.two())), false))
                        .whenAlone());
    }

    /** A history per seed, each in a collection of its own where that can be. */
    private static void run(Installation at, Function<Installation, List<ItemCollection>> handles, boolean ordered)
            throws Exception {
        for (long seed :
                Stream.concat(REGRESSIONS.stream(), Stream.of(at.seed())).toList()) {
            Installation own = at.in(at.collection() + "-s" + seed);
            try {
                new RandomHistories(own, handles.apply(own), ordered, seed).run();
            } catch (AssertionError e) {
                throw new AssertionError("--seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private void run() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            writeAtOnce(round);
            restoreCollection();
        }
        new ModelReading(at, handles, ordered, prefix, model, cuts).verify(random);
    }

    /** An operation, or a transaction of several, and what was answered. */
    private record Attempt(List<Operation> operations, List<Receipt> receipts, Optional<ChronosException> refusal) {}

    /** A receipt beside what it is for. */
    private record Answer(Attempt attempt, Operation operation, Receipt receipt) {}

    private void writeAtOnce(int round) throws Exception {
        long before = lastCv();
        List<List<Attempt>> attempts = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            attempts.add(new ArrayList<>());
        }
        Threads.all(WRITERS, writer -> {
            RandomOperations operations = new RandomOperations(
                    seed * 31 + round * WRITERS + writer, prefix, "w" + round + "_" + writer + "_");
            for (int i = 0; i < EACH; i++) {
                attempts.get(writer).add(attempt(handles.get(writer % handles.size()), operations.next()));
            }
        });
        List<Attempt> all = attempts.stream().flatMap(List::stream).toList();
        retrace(all, before);
        all.forEach(attempt -> attempt.refusal().ifPresent(refusal -> requireRefused(attempt, refusal, before)));
        attempts.forEach(this::requireInOrder);
    }

    private Attempt attempt(ItemCollection items, List<Operation> operations) {
        try {
            return new Attempt(operations, submit(items, operations), Optional.empty());
        } catch (ChronosException refusal) {
            return new Attempt(operations, List.of(), Optional.of(refusal));
        }
    }

    private static List<Receipt> submit(ItemCollection items, List<Operation> operations) {
        if (operations.size() > 1) {
            return items.transact(operations, Write.PLAIN);
        }
        String id = operations.get(0).id();
        Action.OnItem action = operations.get(0).action();
        if (action instanceof Action.Create create) {
            return List.of(items.create(create.data(), Write.PLAIN.withId(id)));
        } else if (action instanceof Action.Update update) {
            return List.of(items.update(id, update.data(), update.expected()));
        } else if (action instanceof Action.Enrich enrich) {
            return List.of(items.enrich(id, enrich.patches(), enrich.expected(), Write.PLAIN));
        } else if (action instanceof Action.Delete delete) {
            return List.of(items.delete(id, delete.expected()));
        } else if (action instanceof Action.RestoreObject restore) {
            return List.of(items.restoreObject(id, restore.to()));
        }
        throw new IllegalStateException("checks are for transactions");
    }

    /** Applies what was made in the order of the receipts. */
    private void retrace(List<Attempt> attempts, long before) {
        NavigableMap<Long, List<Answer>> answers = new TreeMap<>();
        for (Attempt attempt : attempts) {
            for (int i = 0; i < attempt.receipts().size(); i++) {
                Receipt receipt = attempt.receipts().get(i);
                answers.computeIfAbsent(receipt.cv().value(), cv -> new ArrayList<>())
                        .add(new Answer(attempt, attempt.operations().get(i), receipt));
            }
        }
        answers.tailMap(before, false).forEach((cv, same) -> apply(cv, same));
        answers.forEach((cv, same) -> same.forEach(this::requireThere));
    }

    /** One of the answers with this version has made it; the others found it to be what they asked for. */
    private void apply(long cv, List<Answer> same) {
        if (ordered) {
            assertThat(cv).as("versions of the collection have no gap").isEqualTo(lastCv() + 1);
        }
        Answer maker = same.stream()
                .filter(answer -> madeIt(answer, same))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no operation can have made cv=" + cv + ": " + same));
        if (maker.attempt().receipts().stream().allMatch(other -> other.cv().value() <= cv)) {
            cuts.add(maker.receipt());
        }
    }

    /** Whether the model comes to the receipt, with nothing left to do for the others; it has the version then. */
    private boolean madeIt(Answer maker, List<Answer> same) {
        Receipt receipt = maker.receipt();
        long cv = receipt.cv().value();
        Verdict verdict = decide(maker, cv - 1);
        if (!verdict.made().equals(Optional.of(receipt.op()))) {
            return false;
        }
        long ov = model.last(receipt.id(), fact -> true)
                .map(fact -> fact.ov() + 1)
                .orElse(0L);
        assertThat(receipt.ov().value()).as("next version of %s", receipt.id()).isEqualTo(ov);
        model.add(new Fact(receipt.id(), ov, cv, receipt.at(), receipt.op(), verdict.document()));
        if (same.stream()
                .allMatch(other -> other.equals(maker) || decide(other, cv).equals(Verdict.NOTHING))) {
            return true;
        }
        model.removeLast(receipt.id());
        return false;
    }

    private Verdict decide(Answer answer, long cv) {
        return model.decide(answer.operation().id(), answer.operation().action(), cv);
    }

    /** What a receipt names is there, and doing it once more at that moment changes nothing or was what made it. */
    private void requireThere(Answer answer) {
        Receipt receipt = answer.receipt();
        Fact fact =
                model.last(receipt.id(), f -> f.cv() <= receipt.cv().value()).orElseThrow();
        assertThat(List.of(fact.ov(), fact.cv(), fact.at(), fact.op()))
                .as("the receipt of %s", answer.operation())
                .isEqualTo(List.of(receipt.ov().value(), receipt.cv().value(), receipt.at(), receipt.op()));
        Verdict made = decide(answer, receipt.cv().value() - 1);
        Verdict found = decide(answer, receipt.cv().value());
        assertThat(made.made().equals(Optional.of(receipt.op())) || found.equals(Verdict.NOTHING))
                .as("made or found by %s: %s", answer.operation(), receipt)
                .isTrue();
    }

    /** At some moment of the round the refusal was right. */
    private void requireRefused(Attempt attempt, ChronosException refusal, long before) {
        if (refusal.code() == Code.CrossPartition && !ordered) {
            return;
        }
        List<Long> moments = new ArrayList<>(List.of(before));
        model.items()
                .values()
                .forEach(facts ->
                        facts.stream().map(Fact::cv).filter(cv -> cv > before).forEach(moments::add));
        assertThat(moments)
                .as("%s was refused: %s", attempt.operations(), refusal)
                .anyMatch(cv -> attempt.operations().stream()
                        .flatMap(operation -> model.decide(operation.id(), operation.action(), cv).refusal().stream())
                        .anyMatch(refusal.code()::equals));
    }

    /** What one writer did after another of its writes is behind it. */
    private void requireInOrder(List<Attempt> attempts) {
        Map<String, Long> last = new TreeMap<>();
        for (Attempt attempt : attempts) {
            for (Receipt receipt : attempt.receipts()) {
                Long before = last.put(receipt.id(), receipt.ov().value());
                assertThat(before == null || before <= receipt.ov().value())
                        .as("in order: %s", receipt)
                        .isTrue();
            }
        }
    }

    private long lastCv() {
        return model.items().values().stream()
                .flatMap(List::stream)
                .mapToLong(Fact::cv)
                .max()
                .orElse(-1);
    }

    private void restoreCollection() {
        Receipt cut = cuts.get(random.nextInt(cuts.size()));
        boolean keepNewer = random.nextBoolean();
        boolean byTime = random.nextBoolean();
        Map<String, Verdict> planned = new TreeMap<>();
        model.items().forEach((id, facts) -> {
            Optional<Fact> target = model.last(
                    id,
                    fact -> byTime
                            ? !fact.at().isAfter(cut.at())
                            : fact.cv() <= cut.cv().value());
            Verdict verdict = target.isEmpty() && keepNewer
                    ? Verdict.NOTHING
                    : model.restored(target, facts.get(facts.size() - 1));
            if (!verdict.equals(Verdict.NOTHING)) {
                planned.put(id, verdict);
            }
        });
        RestoreOptions options = keepNewer ? RestoreOptions.PLAIN.keepingNewer() : RestoreOptions.PLAIN;
        RestorePoint.OfCollection to = byTime ? RestorePoint.at(cut.at()) : new RestorePoint.AtCv(cut.cv());

        RestoreReport dry = handles.get(1).restoreCollection(to, options.dryRunOnly(), Write.PLAIN);
        RestoreReport done = handles.get(0).restoreCollection(to, options, Write.PLAIN);

        assertThat(List.of(dry.planned(), done.planned(), done.done()))
                .as("back to %s: %s", to, planned)
                .containsOnly((long) planned.size());
        takeOver(planned);
    }

    /** The order of what a restoration has made is found in the histories of its items. */
    private void takeOver(Map<String, Verdict> planned) {
        List<HistoryEntry> made = planned.keySet().stream()
                .map(id -> handles.get(0)
                        .history(id, Optional.empty(), 1, Consistency.LATEST)
                        .get(0))
                .sorted(Comparator.comparing(HistoryEntry::cv))
                .toList();
        for (HistoryEntry entry : made) {
            Verdict verdict = Objects.requireNonNull(planned.get(entry.id()));
            Fact before = model.last(entry.id(), fact -> true).orElseThrow();
            assertThat(entry.op())
                    .as("restored %s", entry)
                    .isEqualTo(verdict.made().orElseThrow());
            assertThat(entry.ov().value()).isEqualTo(before.ov() + 1);
            assertThat(entry.cv().value()).isGreaterThan(before.cv());
            if (ordered) {
                assertThat(entry.cv().value()).isEqualTo(lastCv() + 1);
            }
            model.add(new Fact(
                    entry.id(), entry.ov().value(), entry.cv().value(), entry.at(), entry.op(), verdict.document()));
        }
    }
}
