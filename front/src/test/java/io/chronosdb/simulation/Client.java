package io.chronosdb.simulation;

import io.chronosdb.command.Command;
import io.chronosdb.command.CommandCodec;
import io.chronosdb.command.Reply;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.NewRecord;
import java.util.ArrayList;
import java.util.List;

/** Sends commands, and those with an id again until they are answered. Remembers every answer that it got. */
final class Client {
    private static final long PATIENCE_NANOS = 60_000_000L;

    private final World world;
    private final Log.Appender appender;
    private final List<Sent> unanswered = new ArrayList<>();
    private final List<Answered> answers = new ArrayList<>();
    private int sends;
    private long nextReply;

    private static final class Sent {
        private final Command command;
        private final int partition;
        private final List<String> correlations = new ArrayList<>();
        private long atNanos;

        Sent(Command command, int partition) {
            this.command = command;
            this.partition = partition;
        }
    }

    /** What came to a command that was sent with this correlation. */
    record Answered(String correlation, Reply reply) {}

    Client(World world) {
        this.world = world;
        this.appender = world.log.appender();
    }

    void send(Command command, int partition) {
        Sent sent = new Sent(command, partition);
        unanswered.add(sent);
        send(sent);
    }

    private void send(Sent sent) {
        String correlation = "send" + sends++;
        sent.correlations.add(correlation);
        sent.atNanos = world.clock.nanos();
        NewRecord record =
                new NewRecord("", CommandCodec.encode(sent.command), new Reply.Address(0, correlation).headers());
        var unused = world.network.from(this, () -> appender.append(world.commands(sent.partition), record));
    }

    /** Reads answers, and asks again for those that do not come. */
    void step() {
        for (LogRecord record : world.records(world.replies, nextReply, Integer.MAX_VALUE)) {
            nextReply = record.offset() + 1;
            Reply reply = Reply.decode(World.DATABASE, record.value());
            String correlation = record.headers().get(Reply.Address.CORRELATION_HEADER);
            if (!(reply instanceof Reply.Progressing)) {
                answers.add(new Answered(correlation, reply));
                unanswered.removeIf(sent -> sent.correlations.contains(correlation));
            }
        }
        for (Sent sent : List.copyOf(unanswered)) {
            if (sent.command.commandId().isPresent()
                    && (world.clock.nanos() - sent.atNanos > PATIENCE_NANOS
                            || world.fate.strikes(Fault.COMMAND_REPEATED))) {
                send(sent);
            }
        }
    }

    /** Whether every command has its answer that can be asked for again. */
    boolean isContent() {
        return unanswered.stream().noneMatch(sent -> sent.command.commandId().isPresent());
    }

    List<Answered> answers() {
        return answers;
    }

    /** How many commands were sent, with the repeated ones. */
    int sends() {
        return sends;
    }
}
