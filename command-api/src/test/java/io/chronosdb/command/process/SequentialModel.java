package io.chronosdb.command.process;

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
import io.chronosdb.command.RestorePoint;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Times;
import io.chronosdb.port.LogRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the commands of one partition come to, one after the other, with nobody crashing: the truth to compare with. Documents
 * are {@code {"n":1,"tags":["a"]}}, and a patch is {@code {"tags":["b"]}}.
 */
final class SequentialModel {
    /** A version; without a text where it is a deletion. */
    private record Ver(long cv, Instant at, @Nullable String text) {
        boolean isBehind(RestorePoint point) {
            return point instanceof RestorePoint.AtCv cv
                    ? this.cv > cv.cv().value()
                    : at.isAfter(((RestorePoint.AtTime) point).time());
        }
    }

    /** What an operation wants; nothing where it is refused. */
    private record Wanted(
            String id, boolean change, @Nullable String text) {}

    private final TreeMap<String, List<Ver>> items = new TreeMap<>();
    private final Set<String> known = new HashSet<>();
    private final List<String> lines = new ArrayList<>();
    private Instant taken = Times.ofMicros(0);
    private long cv;

    /** One line per version, as {@link #line} writes it. */
    static List<String> decide(List<LogRecord> commands) {
        SequentialModel model = new SequentialModel();
        for (LogRecord record : commands) {
            model.decide(record, CommandCodec.decode(record.value(), record.headers()));
        }
        return model.lines;
    }

    private void decide(LogRecord record, Command command) {
        Optional<String> key = command.commandId().map(id -> command.scope() + "/" + id);
        if (key.filter(known::contains).isPresent()) {
            return;
        }
        int before = lines.size();
        if (command.action() instanceof RestoreCollection restore) {
            for (String id : restore.dryRun() ? List.<String>of() : List.copyOf(items.keySet())) {
                restored(id, restore)
                        .ifPresent(text -> write(record, List.of(new Wanted(id, true, text.orElse(null)))));
            }
        } else if (command.action() instanceof Transact transact) {
            List<Wanted> all = new ArrayList<>();
            for (Operation operation : transact.operations()) {
                wanted(operation.id(), operation.action()).ifPresent(all::add);
            }
            if (all.size() == transact.operations().size()) {
                write(record, all.stream().filter(Wanted::change).toList());
            }
        } else {
            wanted(command.id().orElseThrow(), command.action())
                    .filter(Wanted::change)
                    .ifPresent(one -> write(record, List.of(one)));
        }
        if (lines.size() > before) {
            key.ifPresent(known::add);
        }
    }

    /** What the item gets, if anything: a text, or a deletion. */
    private Optional<Optional<String>> restored(String id, RestoreCollection restore) {
        List<Ver> history = items.getOrDefault(id, List.of());
        String now = history.get(history.size() - 1).text();
        Ver then = null;
        for (Ver version : history) {
            then = version.isBehind(restore.to()) ? then : version;
        }
        if (then == null && restore.keepNewer()) {
            return Optional.empty();
        }
        String text = then == null ? null : then.text();
        return java.util.Objects.equals(now, text) ? Optional.empty() : Optional.of(Optional.ofNullable(text));
    }

    private void write(LogRecord record, List<Wanted> all) {
        if (all.isEmpty()) {
            return;
        }
        Instant at = record.appendedAt().isAfter(taken.plusNanos(1_000)) ? record.appendedAt() : taken.plusNanos(1_000);
        for (Wanted one : all) {
            List<Ver> history = items.computeIfAbsent(one.id(), id -> new ArrayList<>());
            lines.add(line(record.offset(), one.id(), history.size(), cv, at, String.valueOf(one.text())));
            history.add(new Ver(cv++, at, one.text()));
        }
        taken = at.plusNanos(1_000L * (all.size() - 1));
    }

    private Optional<Wanted> wanted(String id, Action action) {
        List<Ver> history = items.getOrDefault(id, List.of());
        boolean there = !history.isEmpty();
        String now = there ? history.get(history.size() - 1).text() : null;
        return action.match(new Action.Cases<>() {
            @Override
            public Optional<Wanted> create(Create create) {
                return there ? Optional.empty() : to(text(create.data()));
            }

            @Override
            public Optional<Wanted> update(Update update) {
                return expected(update.expected()) ? to(text(update.data())) : Optional.empty();
            }

            @Override
            public Optional<Wanted> enrich(Enrich enrich) {
                if (now == null || !expected(enrich.expected())) {
                    return Optional.empty();
                }
                String merged = now;
                for (Payload patch : enrich.patches()) {
                    merged = merge(merged, text(patch));
                }
                return Optional.of(new Wanted(id, !merged.equals(now), merged));
            }

            @Override
            public Optional<Wanted> delete(Delete delete) {
                return expected(delete.expected()) ? to(null) : Optional.empty();
            }

            @Override
            public Optional<Wanted> restoreObject(RestoreObject restore) {
                int ov = (int) ((RestorePoint.AtOv) restore.to()).ov().value();
                if (ov >= history.size()) {
                    return Optional.empty();
                }
                String then = history.get(ov).text();
                return Optional.of(new Wanted(id, !java.util.Objects.equals(then, now), then));
            }

            @Override
            public Optional<Wanted> check(Check check) {
                return expected(check.expected()) ? Optional.of(new Wanted(id, false, now)) : Optional.empty();
            }

            private Optional<Wanted> to(@Nullable String text) {
                return Optional.of(new Wanted(id, true, text));
            }

            private boolean expected(ExpectedOv expected) {
                return now != null
                        && expected.exact()
                                .filter(ov -> ov.value() != history.size() - 1)
                                .isEmpty();
            }

            @Override
            public Optional<Wanted> restoreCollection(RestoreCollection restore) {
                throw new IllegalStateException();
            }

            @Override
            public Optional<Wanted> transact(Transact transact) {
                throw new IllegalStateException();
            }

            @Override
            public Optional<Wanted> configure(Configure configure) {
                throw new IllegalStateException();
            }
        });
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

    static String text(Payload payload) {
        return new String(payload.json(), StandardCharsets.UTF_8);
    }

    static String line(long commandOffset, String id, long ov, long cv, Instant at, String text) {
        return commandOffset + " " + id + "@" + ov + " cv=" + cv + " at=" + Times.format(at) + " " + text;
    }
}
