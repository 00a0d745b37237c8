package io.chronosdb.command.process;

import io.chronosdb.command.Action;
import io.chronosdb.command.Command;
import io.chronosdb.command.CommandCodec;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Times;
import io.chronosdb.port.LogRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the commands of one partition come to, one after the other, with nobody crashing: the truth to compare with. */
final class SequentialModel {
    private SequentialModel() {}

    /** One line per version, as {@link #line} writes it. */
    static List<String> decide(List<LogRecord> commands) {
        List<String> versions = new ArrayList<>();
        Map<String, Long> ovs = new HashMap<>();
        Set<String> deleted = new HashSet<>();
        Set<String> known = new HashSet<>();
        Instant at = Times.ofMicros(0);
        long cv = 0;
        for (LogRecord record : commands) {
            Command command = CommandCodec.decode(record.value(), record.headers());
            String id = command.id().orElseThrow();
            if (command.commandId().filter(known::contains).isPresent()
                    || !allowed(command.action(), ovs.get(id), deleted.contains(id))) {
                continue;
            }
            command.commandId().ifPresent(known::add);
            long ov = ovs.merge(id, 0L, (old, zero) -> old + 1);
            if (command.action() instanceof Action.Delete) {
                deleted.add(id);
            }
            at = record.appendedAt().isAfter(at.plusNanos(1_000)) ? record.appendedAt() : at.plusNanos(1_000);
            versions.add(line(record.offset(), id, ov, cv++, at));
        }
        return versions;
    }

    private static boolean allowed(Action action, @org.jspecify.annotations.Nullable Long ov, boolean deleted) {
        if (action instanceof Action.Create) {
            return ov == null;
        }
        ExpectedOv expected =
                action instanceof Action.Update update ? update.expected() : ((Action.Delete) action).expected();
        Optional<Long> exact = expected.exact().map(e -> e.value());
        return ov != null && !deleted && (exact.isEmpty() || exact.get().equals(ov));
    }

    static String line(long commandOffset, String id, long ov, long cv, Instant at) {
        return commandOffset + " " + id + "@" + ov + " cv=" + cv + " at=" + Times.format(at);
    }
}
