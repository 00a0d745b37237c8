package io.chronosdb.simulation;

import io.chronosdb.port.LogPartition;
import io.chronosdb.testkit.log.PendingAppend;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way to the brokers and back. What one process sends to one partition arrives in order, as with an idempotent
 * producer, and is acknowledged in order; everything else is in no order. Anything can be lost both ways, or arrive twice,
 * or long after its sender has given up.
 */
final class Network {
    private final World world;
    private final Map<Line, Deque<PendingAppend>> sent = new LinkedHashMap<>();
    private final Map<Line, Deque<Runnable>> answers = new LinkedHashMap<>();
    private final List<Runnable> late = new ArrayList<>();
    private @Nullable Object sender;

    private record Line(Object sender, LogPartition partition) {}

    Network(World world) {
        this.world = world;
    }

    /** Runs what appends, in the name of who does it. */
    <T> T from(Object process, java.util.function.Supplier<T> appending) {
        Object before = sender;
        sender = process;
        try {
            return appending.get();
        } finally {
            sender = before;
        }
    }

    void take(PendingAppend append) {
        if (sender == world) {
            append.append(); // Of a transaction.
            return;
        }
        Line line = new Line(java.util.Objects.requireNonNull(sender), append.partition());
        sent.computeIfAbsent(line, key -> new ArrayDeque<>()).add(append);
    }

    /** Something that is done later, by whoever did not hear that it was given up. */
    void arriveLate(Runnable effect) {
        late.add(effect);
    }

    /** One thing arrives somewhere. */
    void step() {
        int ways = sent.size() + answers.size() + late.size();
        if (ways == 0) {
            return;
        }
        int way = world.fate.below(ways);
        if (way < sent.size()) {
            arrive(List.copyOf(sent.keySet()).get(way));
        } else if (way < sent.size() + answers.size()) {
            answer(List.copyOf(answers.keySet()).get(way - sent.size()));
        } else {
            late.remove(way - sent.size() - answers.size()).run();
        }
    }

    /** Of each line, and of what is late, one. */
    void stepAll() {
        List.copyOf(answers.keySet()).forEach(this::answer);
        List.copyOf(sent.keySet()).forEach(this::arrive);
        if (!late.isEmpty()) {
            late.remove(0).run();
        }
    }

    boolean isEmpty() {
        return sent.isEmpty() && answers.isEmpty() && late.isEmpty();
    }

    boolean nothingIsLate() {
        return late.isEmpty();
    }

    private void arrive(Line line) {
        PendingAppend append = poll(sent, line);
        boolean senderGone = line.sender() instanceof Process process && process.isDead();
        if (senderGone && world.fate.strikes(Fault.APPEND_LOST_WITH_ITS_SENDER)) {
            return;
        }
        Runnable answer;
        if (world.fate.strikes(Fault.APPEND_LOST)) {
            answer = append::lose;
        } else if (world.fate.strikes(Fault.ACKNOWLEDGEMENT_LOST)) {
            Runnable unused = append.arrive();
            answer = append::lose;
        } else if (world.fate.strikes(Fault.APPEND_LATE)) {
            answer = () -> late.add(append.giveUp());
        } else {
            answer = append.arrive();
            if (world.isOfEvents(append.partition()) && world.fate.strikes(Fault.APPEND_COPIED)) {
                Runnable unused = append.arrive();
            }
        }
        answers.computeIfAbsent(line, key -> new ArrayDeque<>()).add(answer);
    }

    private void answer(Line line) {
        Runnable answer = poll(answers, line);
        if (!(line.sender() instanceof Process process && process.isDead())) {
            answer.run();
        }
    }

    private static <T> T poll(Map<Line, Deque<T>> lines, Line line) {
        Deque<T> deque = lines.get(line);
        T first = deque.remove();
        if (deque.isEmpty()) {
            lines.remove(line);
        }
        return first;
    }
}
