package io.chronosdb.simulation;

import io.chronosdb.address.ItemKey;
import io.chronosdb.command.Action;
import io.chronosdb.command.Action.Check;
import io.chronosdb.command.Action.Configure;
import io.chronosdb.command.Action.Create;
import io.chronosdb.command.Action.Delete;
import io.chronosdb.command.Action.Enrich;
import io.chronosdb.command.Action.Operation;
import io.chronosdb.command.Action.RestoreCollection;
import io.chronosdb.command.Action.RestoreObject;
import io.chronosdb.command.Action.Transact;
import io.chronosdb.command.Action.Update;
import io.chronosdb.command.Command;
import io.chronosdb.command.CommandCodec;
import io.chronosdb.command.Reply;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.error.Rejection.Code;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Op;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Times;
import io.chronosdb.port.LogRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the commands of one partition come to, one after the other, with nobody crashing: the rules once more, as simply as
 * they can be said. It knows the documents of {@link Commands} only.
 */
final class Model {
    private final World world;
    private final int partition;
    private final Map<String, TreeMap<String, List<Made>>> items = new HashMap<>();
    private final Map<String, Long> cvs = new HashMap<>();
    private final Map<String, Remembered> remembered = new HashMap<>();
    private final List<String> versions = new ArrayList<>();
    private final Map<String, Set<String>> answers = new HashMap<>();
    private Instant taken = Times.ofMicros(0);

    /** A version; without a text where it is a deletion. */
    private record Made(
            ItemKey item,
            long ov,
            long cv,
            Op op,
            Instant at,
            @Nullable String text) {
        boolean isBehind(RestorePoint point) {
            return point instanceof RestorePoint.AtOv to
                    ? ov > to.ov().value()
                    : point instanceof RestorePoint.AtCv to
                            ? cv > to.cv().value()
                            : at.isAfter(((RestorePoint.AtTime) point).time());
        }

        String receipt() {
            return Model.receipt(item.id(), ov, cv, op, at);
        }
    }

    private record Remembered(String answer, Instant at) {}

    /** What an operation wants: nothing but to be refused, a version, or what is there already. */
    private record Wanted(
            ItemKey item,
            @Nullable Code refused,
            boolean changes,
            Op op,
            @Nullable String text) {}

    private Model(World world, int partition) {
        this.world = world;
        this.partition = partition;
    }

    /**
     * All that is in a partition of the commands topic, decided.
     *
     * @param givenUp the offsets of those that processes had died of, as it looked
     */
    static Model of(World world, int partition, Set<Long> givenUp) {
        return of(world, partition, givenUp, world.log.all(world.commands(partition)));
    }

    private static Model of(World world, int partition, Set<Long> givenUp, List<LogRecord> records) {
        Model model = new Model(world, partition);
        for (LogRecord record : records) {
            if (givenUp.contains(record.offset())) {
                Model before = of(world, partition, givenUp, records.subList(0, (int) record.offset()));
                model.giveUp(record, before);
            } else {
                model.decide(record, command(record));
            }
        }
        return model;
    }

    private static Command command(LogRecord record) {
        return CommandCodec.decode(record.value(), record.headers());
    }

    /** It is refused, and nothing comes of it; if nothing was to come of it anyway, it may have been answered before. */
    private void giveUp(LogRecord record, Model before) {
        int made = before.versions.size();
        before.decide(record, command(record));
        Reply.Address.from(record.headers(), World.PARTITIONS).ifPresent(to -> {
            Set<String> truths = answers.computeIfAbsent(to.correlation(), key -> new HashSet<>());
            truths.add(refusal(Code.Invalid));
            if (before.versions.size() == made) {
                truths.addAll(before.answers(to.correlation()));
            }
        });
    }

    /** A line for every version that there must be, in order. */
    List<String> versions() {
        return versions;
    }

    /** The true answers to what was sent with a correlation; more than one where it lies in the log more than once. */
    Set<String> answers(String correlation) {
        return answers.getOrDefault(correlation, Set.of());
    }

    private void decide(LogRecord record, Command command) {
        answer(record, command)
                .ifPresent(answer -> Reply.Address.from(record.headers(), World.PARTITIONS)
                        .ifPresent(to -> answers.computeIfAbsent(to.correlation(), key -> new HashSet<>())
                                .add(answer)));
    }

    /** Nothing where the command is forwarded. */
    private Optional<String> answer(LogRecord record, Command command) {
        if (command.action() instanceof Transact transact) {
            Set<Integer> homes = new HashSet<>();
            transact.operations().forEach(one -> homes.add(home(one.collection(), one.id())));
            if (homes.size() > 1) {
                return Optional.of(refusal(Code.CrossPartition));
            }
            return homes.contains(partition)
                    ? Optional.of(once(record, command, () -> transact(record, transact)))
                    : Optional.empty();
        }
        if (command.action() instanceof RestoreCollection restore) {
            return command.collection().equals(World.BY_ITEM) || home(command.collection(), "") == partition
                    ? Optional.of(once(record, command, () -> restore(record, command.collection(), restore)))
                    : Optional.empty();
        }
        String id = command.id()
                .orElseGet(() -> String.format(
                        "%08x%04x%012x", record.appendedAt().getEpochSecond(), partition, record.offset()));
        return home(command.collection(), id) == partition
                ? Optional.of(once(
                        record,
                        command,
                        () -> one(record, wanted(new ItemKey(command.collection(), id), command.action()))))
                : Optional.empty();
    }

    private int home(String collection, String id) {
        return world.settings
                .routing(collection)
                .partition(World.DATABASE, world.settings.dbName(), collection, id, World.PARTITIONS);
    }

    /** A command id that made something is answered the same again, as long as it counts. */
    private String once(LogRecord record, Command command, java.util.function.Supplier<String> decision) {
        String key = command.scope() + "/" + command.commandId().orElse("");
        Remembered first = remembered.get(key);
        if (first != null && first.at().plus(World.IDS_KEPT).isAfter(now(record))) {
            return first.answer();
        }
        int before = versions.size();
        String answer = decision.get();
        if (versions.size() > before && command.commandId().isPresent()) {
            remembered.put(key, new Remembered(answer, lastAt));
        }
        return answer;
    }

    private Instant lastAt = taken;

    /** The broker's time, made increasing. */
    private Instant now(LogRecord record) {
        Instant earliest = taken.plusNanos(1_000);
        return record.appendedAt().isAfter(earliest) ? record.appendedAt() : earliest;
    }

    private String one(LogRecord record, Wanted wanted) {
        return wanted.refused() != null ? refusal(wanted.refused()) : write(record, List.of(wanted));
    }

    private String transact(LogRecord record, Transact transact) {
        List<Wanted> all = new ArrayList<>();
        for (Operation operation : transact.operations()) {
            Wanted wanted = wanted(new ItemKey(operation.collection(), operation.id()), operation.action());
            if (wanted.refused() != null) {
                return refusal(wanted.refused());
            }
            all.add(wanted);
        }
        return write(record, all);
    }

    private String restore(LogRecord record, String collection, RestoreCollection restore) {
        long planned = 0;
        for (List<Made> history :
                List.copyOf(items.getOrDefault(collection, new TreeMap<>()).values())) {
            Made last = history.get(history.size() - 1);
            Made then = last(history, restore.to());
            String text = then == null ? null : then.text();
            if (!Objects.equals(text, last.text()) && (then != null || !restore.keepNewer())) {
                planned++;
                if (!restore.dryRun()) {
                    String unused = write(record, List.of(restored(last.item(), last, text)));
                }
            }
        }
        return restoration(restore.dryRun(), planned, restore.dryRun() ? 0 : planned);
    }

    private static @Nullable Made last(List<Made> history, RestorePoint to) {
        Made then = null;
        for (Made version : history) {
            then = version.isBehind(to) ? then : version;
        }
        return then;
    }

    /** One event, with the versions of those that change something. */
    private String write(LogRecord record, List<Wanted> all) {
        Instant at = now(record);
        long made = 0;
        List<String> receipts = new ArrayList<>();
        for (Wanted wanted : all) {
            List<Made> history = history(wanted.item());
            if (wanted.changes()) {
                long cv = wanted.item().collection().equals(World.BY_ITEM)
                        ? (Times.toMicros(at) + made) * 1024 + partition
                        : cvs.merge(wanted.item().collection(), 1L, Long::sum) - 1;
                made++;
                history.add(new Made(wanted.item(), history.size(), cv, wanted.op(), at, wanted.text()));
                Made version = history.get(history.size() - 1);
                versions.add(line(record.offset(), wanted.item(), version.ov(), cv, wanted.op(), at, wanted.text()));
            }
            receipts.add(history.get(history.size() - 1).receipt());
        }
        if (made > 0) {
            taken = at.plusNanos(1_000 * (made - 1));
            lastAt = at;
        }
        return String.join(" ", receipts);
    }

    private List<Made> history(ItemKey item) {
        return items.computeIfAbsent(item.collection(), name -> new TreeMap<>())
                .computeIfAbsent(item.id(), id -> new ArrayList<>());
    }

    // ---- one operation

    private Wanted wanted(ItemKey item, Action action) {
        List<Made> history =
                items.getOrDefault(item.collection(), new TreeMap<>()).getOrDefault(item.id(), List.of());
        Made last = history.isEmpty() ? null : history.get(history.size() - 1);
        return action.match(new Action.Cases<>() {
            @Override
            public Wanted create(Create create) {
                return last != null ? refuse(Code.AlreadyExists) : make(Op.CREATE, text(create.data()));
            }

            @Override
            public Wanted update(Update update) {
                return unless(update.expected(), make(Op.UPDATE, text(update.data())));
            }

            @Override
            public Wanted enrich(Enrich enrich) {
                String merged = last == null ? null : last.text();
                for (Payload patch : enrich.patches()) {
                    merged = merged == null ? null : merge(merged, text(patch));
                }
                boolean changes = last != null && !Objects.equals(merged, last.text());
                return unless(enrich.expected(), new Wanted(item, null, changes, Op.ENRICH, merged));
            }

            @Override
            public Wanted delete(Delete delete) {
                return unless(delete.expected(), make(Op.DELETE, null));
            }

            @Override
            public Wanted check(Check check) {
                return unless(check.expected(), new Wanted(item, null, false, Op.UPDATE, null));
            }

            @Override
            public Wanted restoreObject(RestoreObject restore) {
                boolean there = !(restore.to() instanceof RestorePoint.AtOv to)
                        || to.ov().value() < history.size();
                Made then = there ? last(history, restore.to()) : null;
                return then == null ? refuse(Code.NotFound) : restored(item, Objects.requireNonNull(last), then.text());
            }

            private Wanted make(Op op, @Nullable String text) {
                return new Wanted(item, null, true, op, text);
            }

            private Wanted refuse(Code code) {
                return new Wanted(item, code, false, Op.UPDATE, null);
            }

            private Wanted unless(ExpectedOv expected, Wanted allowed) {
                if (last == null) {
                    return refuse(Code.NotFound);
                }
                if (last.text() == null) {
                    return refuse(Code.Deleted);
                }
                return expected.exact().filter(ov -> ov.value() != last.ov()).isPresent()
                        ? refuse(Code.VersionConflict)
                        : allowed;
            }

            @Override
            public Wanted restoreCollection(RestoreCollection restore) {
                throw new IllegalStateException();
            }

            @Override
            public Wanted transact(Transact transact) {
                throw new IllegalStateException();
            }

            @Override
            public Wanted configure(Configure configure) {
                throw new IllegalStateException();
            }
        });
    }

    private static Wanted restored(ItemKey item, Made last, @Nullable String text) {
        boolean changes = !Objects.equals(last.text(), text);
        return new Wanted(item, null, changes, text == null ? Op.DELETE : Op.RESTORE, text);
    }

    /** The patch's one tag behind the others, unless it is there. */
    private static String merge(String text, String patch) {
        String tag = patch.substring(patch.indexOf("[") + 1, patch.indexOf("]"));
        if (text.contains(tag)) {
            return text;
        }
        int end = text.indexOf("]");
        return text.substring(0, end) + (text.charAt(end - 1) == '[' ? "" : ",") + tag + text.substring(end);
    }

    // ---- as text, so that all of it can be compared

    static String text(Payload payload) {
        return new String(payload.json(), StandardCharsets.UTF_8);
    }

    static String line(long command, ItemKey item, long ov, long cv, Op op, Instant at, @Nullable String text) {
        return "command=" + command + " " + item.collection() + "/" + receipt(item.id(), ov, cv, op, at) + " " + text;
    }

    static String receipt(String id, long ov, long cv, Op op, Instant at) {
        return id + "@" + ov + " cv=" + cv + " " + op + " at=" + Times.format(at);
    }

    static String refusal(Code code) {
        return "refused " + code;
    }

    static String restoration(boolean dryRun, long planned, long done) {
        return "restored dryRun=" + dryRun + " planned=" + planned + " done=" + done;
    }
}
