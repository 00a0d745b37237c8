package io.chronosdb.command.client;

import io.chronosdb.address.Database;
import io.chronosdb.address.Topics;
import io.chronosdb.command.Action;
import io.chronosdb.command.Command;
import io.chronosdb.command.CommandCodec;
import io.chronosdb.command.CommandRules;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.Reply;
import io.chronosdb.command.RestoreReport;
import io.chronosdb.error.ChronosException;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.OutcomeUnknown;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.NewRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Submits commands and completes with their receipts. Every command has an id, the caller's or a generated one; what
 * gets no answer is sent again under it until the deadline, which never makes a second version. Thread-safe; serves all
 * databases with one producer and one consumer.
 */
public final class CommandClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommandClient.class);

    private static final Duration REPLY_POLL = Duration.ofMillis(100);
    private static final Duration SWEEP = Duration.ofMillis(100);

    private final String clientId = UUID.randomUUID().toString();
    private final Log log;
    private final RoutingOf routing;
    private final ClientSettings settings;
    private final Log.Appender appender;
    private final Log.Tail replies;
    private final Semaphore places;
    private final Semaphore bytePlaces;
    private final AtomicLong nextNumber = new AtomicLong();
    private final Map<Long, Submitted> inFlight = new ConcurrentHashMap<>();
    private final Map<Database, CompletableFuture<Integer>> opened = new ConcurrentHashMap<>();
    private final Thread replyThread = new Thread(this::receive, "chronos-replies");
    private final Thread sweepThread = new Thread(this::sweep, "chronos-resend");
    private volatile boolean closed;

    /** How a database's commands find their partition. */
    public interface RoutingOf {
        /** @param id empty where the item has none yet */
        int partition(Database database, String collection, String id, int partitions);
    }

    public CommandClient(Log log, RoutingOf routing, ClientSettings settings) {
        this.log = log;
        this.routing = routing;
        this.settings = settings;
        this.places = new Semaphore(settings.inFlightMax());
        this.bytePlaces = new Semaphore(settings.inFlightBytesMax());
        this.appender = log.appender();
        this.replies = log.tail();
        replyThread.setDaemon(true);
        sweepThread.setDaemon(true);
        replyThread.start();
        sweepThread.start();
    }

    /** Hears how far a command is that takes long. Called on a thread that must not be blocked. */
    public interface Watcher {
        /** Listens to nothing. */
        Watcher NONE = (done, total) -> {};

        /** @param total 0 while that is not known */
        void update(long done, long total);
    }

    /**
     * Submits a command on one item. Waits for a place where too many are in flight.
     *
     * @return the receipt; or, as the exception, the rejection, {@link Unavailable} if nothing was sent, or
     *     {@link OutcomeUnknown} if it was and no answer came before the deadline
     */
    public CompletableFuture<Receipt> submit(Database database, Command command) {
        return submit(database, command, OptionalInt.empty(), Watcher.NONE)
                .thenApply(reply -> ((Reply.Accepted) reply).receipt());
    }

    /**
     * Submits a transaction.
     *
     * @return a receipt per operation; or the exceptions of {@link #submit}
     */
    public CompletableFuture<List<Receipt>> transact(Database database, Command command) {
        return submit(database, command, OptionalInt.empty(), Watcher.NONE)
                .thenApply(reply -> ((Reply.AcceptedAll) reply).receipts());
    }

    /**
     * Submits the restoration of a collection. The deadline is for each sign of life, not for the whole.
     *
     * @param byItem whether the collection's items are ordered by themselves: then every partition is asked to do its part
     * @return what came of it, in all partitions; or the exceptions of {@link #submit}. Repeating it with the same command id
     *     finishes what is not finished
     */
    public CompletableFuture<RestoreReport> restoreCollection(
            Database database, Command command, boolean byItem, Watcher watcher) {
        Command identified = identified(command);
        if (!byItem) {
            return submit(database, identified, OptionalInt.empty(), watcher).thenApply(CommandClient::report);
        }
        RestoreProgress sum = new RestoreProgress(watcher);
        return opened(database).thenCompose(partitions -> {
            List<CompletableFuture<RestoreReport>> parts = new ArrayList<>();
            for (int p = 0; p < partitions; p++) {
                parts.add(submit(database, identified, OptionalInt.of(p), sum.of(p))
                        .thenApply(CommandClient::report));
            }
            return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                    .thenApply(all -> parts.stream()
                            .map(CompletableFuture::join)
                            .reduce(RestoreReport::plus)
                            .orElseThrow());
        });
    }

    private static RestoreReport report(Reply reply) {
        return ((Reply.Restored) reply).report();
    }

    private static Command identified(Command command) {
        return command.commandId().isPresent()
                ? command
                : command.withCommandId(UUID.randomUUID().toString());
    }

    private CompletableFuture<Integer> opened(Database database) {
        return open(database).orTimeout(settings.deadline().toMillis(), TimeUnit.MILLISECONDS);
    }

    private CompletableFuture<Reply> submit(
            Database database, Command command, OptionalInt partition, Watcher watcher) {
        Command identified = identified(command);
        Submitted submitted = new Submitted(database, identified, partition, watcher, System.nanoTime());
        List<String> problems = CommandRules.problems(identified);
        if (!problems.isEmpty()) {
            submitted.reply.completeExceptionally(new Invalid(problems));
            return submitted.reply;
        }
        int bytes = (int) Math.min(identified.action().bytes(), settings.inFlightBytesMax());
        if (closed || !takePlace(bytes)) {
            submitted.reply.completeExceptionally(
                    new Unavailable("kafka", closed ? "closed" : "too many in flight", null));
            return submitted.reply;
        }
        var unused = submitted.reply.whenComplete((reply, error) -> {
            inFlight.remove(submitted.number);
            places.release();
            bytePlaces.release(bytes);
        });
        inFlight.put(submitted.number, submitted);
        try {
            // The first command to a database waits here, so that commands are sent in the order of the calls.
            if (submitted.begins(open(database).get(settings.deadline().toNanos(), TimeUnit.NANOSECONDS))) {
                send(submitted);
            }
        } catch (ExecutionException e) {
            submitted.reply.completeExceptionally(unavailable(e.getCause()));
        } catch (TimeoutException e) {
            submitted.giveUp();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            submitted.giveUp();
        }
        return submitted.reply;
    }

    private boolean takePlace(int bytes) {
        long nanos = settings.deadline().toNanos();
        try {
            if (!places.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
                return false;
            }
            if (bytePlaces.tryAcquire(bytes, nanos, TimeUnit.NANOSECONDS)) {
                return true;
            }
            places.release();
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Makes the database's topics where needed, and listens for answers before the first question. */
    private CompletableFuture<Integer> open(Database database) {
        CompletableFuture<Integer> open = opened.computeIfAbsent(database, this::startOpening);
        if (open.isCompletedExceptionally()) {
            opened.remove(database, open); // The next command tries again.
        }
        return open;
    }

    private CompletableFuture<Integer> startOpening(Database database) {
        return CompletableFuture.supplyAsync(() -> log.open(database)).thenCompose(partitions -> {
            LogPartition own =
                    new LogPartition(log.topics().name(database, Topics.Kind.REPLIES), replyPartition(partitions));
            return replies.follow(own).thenApply(following -> partitions);
        });
    }

    private int replyPartition(int partitions) {
        return Math.floorMod(clientId.hashCode(), partitions);
    }

    private void send(Submitted submitted) {
        Command command = submitted.command;
        int partition = submitted.partition.orElseGet(() -> partition(submitted));
        String correlation = clientId + ":" + submitted.number + ":" + submitted.copies.incrementAndGet();
        Reply.Address address = new Reply.Address(replyPartition(submitted.partitions), correlation);
        LogPartition to = new LogPartition(log.topics().commands(submitted.database), partition);
        submitted.sentAtNanos = System.nanoTime();
        var unused = appender.append(to, new NewRecord("", CommandCodec.encode(command), address.headers()))
                .whenComplete((offset, error) -> {
                    if (error != null) {
                        submitted.lastFailure = error;
                    } else {
                        submitted.appended = true;
                    }
                });
    }

    private int partition(Submitted submitted) {
        Command command = submitted.command;
        if (command.action() instanceof Action.Transact transact) {
            Action.Operation first = transact.operations().get(0);
            return routing.partition(submitted.database, first.collection(), first.id(), submitted.partitions);
        }
        return routing.partition(
                submitted.database, command.collection(), command.id().orElse(""), submitted.partitions);
    }

    private void receive() {
        while (!closed) {
            try {
                for (LogRecord record : replies.poll(REPLY_POLL)) {
                    take(record);
                }
            } catch (RuntimeException e) {
                if (!closed) {
                    LOG.warn("answers cannot be read: cause={}", e.toString());
                    pause(REPLY_POLL);
                }
            }
        }
    }

    /** One that makes no sense keeps nobody's answer back. */
    private void take(LogRecord record) {
        try {
            complete(record);
        } catch (RuntimeException e) {
            LOG.warn(
                    "an answer is not readable: record={}@{} cause={}",
                    record.partition(),
                    record.offset(),
                    e.toString());
        }
    }

    private void complete(LogRecord record) {
        String correlation = record.headers().getOrDefault(Reply.Address.CORRELATION_HEADER, "");
        if (!correlation.startsWith(clientId + ":")) {
            return; // Somebody else's.
        }
        String[] parts = correlation.split(":", -1);
        Submitted submitted = inFlight.get(Long.parseLong(parts[1]));
        if (submitted == null) {
            return; // Answered before: it was sent twice.
        }
        Reply reply = Reply.decode(submitted.database, record.value());
        if (reply instanceof Reply.Progressing progressing) {
            submitted.livesAtNanos = System.nanoTime();
            submitted.watcher.update(progressing.done(), progressing.total());
        } else if (!submitted.isFinal(reply, Integer.parseInt(parts[2]))) {
            return; // The last copy's answer is on its way, or is asked for once more.
        } else if (reply instanceof Reply.Rejected rejected) {
            submitted.reply.completeExceptionally(rejected.rejection().toException());
        } else {
            submitted.reply.complete(reply);
        }
    }

    private void sweep() {
        while (!closed) {
            pause(SWEEP);
            long now = System.nanoTime();
            for (Submitted submitted : inFlight.values()) {
                if (now - submitted.livesAtNanos > settings.deadline().toNanos()) {
                    submitted.giveUp();
                } else if (submitted.copies.get() > 0
                        && now - Math.max(submitted.sentAtNanos, submitted.livesAtNanos)
                                > settings.resend()
                                        .multipliedBy(submitted.copies.get())
                                        .toNanos()) {
                    send(submitted);
                }
            }
        }
    }

    private static void pause(Duration time) {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ChronosException unavailable(@Nullable Throwable cause) {
        return cause instanceof ChronosException known ? known : new Unavailable("kafka", String.valueOf(cause), cause);
    }

    /**
     * Waits for an answer.
     *
     * @throws ChronosException as {@link #submit} says
     */
    public <T> T await(CompletableFuture<T> answer) {
        // The sweep completes it at the deadline; the double is for a sweep that died.
        return await(answer, settings.deadline().multipliedBy(2));
    }

    /** Waits for an answer, at most this long. */
    public <T> T await(CompletableFuture<T> answer, Duration max) {
        try {
            return answer.get(max.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ChronosException known) {
                throw known;
            }
            throw new IllegalStateException("unexpected", e.getCause());
        } catch (TimeoutException e) {
            throw new Unavailable("kafka", "no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("kafka", "interrupted", e);
        }
    }

    /** What is in flight ends as {@link OutcomeUnknown}. */
    @Override
    public void close() {
        closed = true;
        inFlight.values().forEach(Submitted::giveUp);
        sweepThread.interrupt();
        appender.close();
        replies.close();
    }

    /** A command on its way. */
    private final class Submitted {
        private final long number = nextNumber.incrementAndGet();
        private final Database database;
        private final Command command;
        private final OptionalInt partition;
        private final Watcher watcher;
        private final CompletableFuture<Reply> reply = new CompletableFuture<>();
        /** How often it was sent. */
        private final AtomicInteger copies = new AtomicInteger();

        private volatile long livesAtNanos;
        private volatile int partitions;
        private volatile long sentAtNanos;
        private volatile boolean appended;
        private volatile @Nullable Throwable lastFailure;

        Submitted(Database database, Command command, OptionalInt partition, Watcher watcher, long nowNanos) {
            this.database = database;
            this.command = command;
            this.partition = partition;
            this.watcher = watcher;
            this.livesAtNanos = nowNanos;
        }

        /**
         * What made a version is remembered by its command id: later copies make none. What made none is not remembered. A later copy
         * is decided against what there is then, and may be accepted: the answer that counts is the last copy's.
         */
        boolean isFinal(Reply answer, int copy) {
            boolean makesAVersion = command.action() instanceof Action.Create
                    || command.action() instanceof Action.Update
                    || command.action() instanceof Action.Delete;
            return copy == copies.get() || (makesAVersion && answer instanceof Reply.Accepted);
        }

        /** @return false if it was given up meanwhile, as not sent: then it must not be */
        synchronized boolean begins(int among) {
            if (reply.isDone()) {
                return false;
            }
            partitions = among;
            return true;
        }

        synchronized void giveUp() {
            reply.completeExceptionally(givenUp());
        }

        private ChronosException givenUp() {
            if (partitions == 0) {
                return new Unavailable("kafka", "not reached before the deadline", lastFailure);
            }
            return new OutcomeUnknown(command.commandId().orElse(""), appended ? null : lastFailure);
        }
    }
}
