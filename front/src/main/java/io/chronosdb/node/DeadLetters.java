package io.chronosdb.node;

import io.chronosdb.address.Database;
import io.chronosdb.address.Topics;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Event;
import io.chronosdb.log.EventReader;
import io.chronosdb.log.KafkaLog;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.NewRecord;
import io.chronosdb.port.ParkedEvent;
import io.chronosdb.port.ParkedEvent.Wish;
import io.chronosdb.port.Parking;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a database's roles could not do and put aside: events that a projection did not take, and commands that were refused and asked
 * for no answer. Whoever projects a partition does what is wanted of its parked events; this only asks.
 */
public final class DeadLetters implements AutoCloseable {
    private static final Duration LOG_READ_MAX = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int PAGE = 100;
    private static final String REASON_PREFIX = "chronos-";

    private final Database database;
    private final KafkaLog log;
    private final EventReader events;
    private final Stores stores;
    private final Map<Kind, Parking> parkings;

    /** Which role has put it aside. */
    public enum Kind {
        INDEX,
        ARCHIVE,
        COMMAND
    }

    /**
     * Names one.
     *
     * @param partition of the event; 0 for a command
     * @param offset of the event in the log, or of the command in the dead-letters topic
     */
    public record Id(Kind kind, int partition, long offset) {
        private static final Pattern TEXT = Pattern.compile("(index|archive|command)/(\\d{1,9})/(\\d{1,18})");

        /** @throws Invalid if it is none */
        public static Id parse(String text) {
            Matcher parts = TEXT.matcher(text);
            if (!parts.matches()) {
                throw new Invalid("not the id of a dead letter, such as index/0/17: " + text);
            }
            return new Id(
                    Kind.valueOf(parts.group(1).toUpperCase(Locale.ROOT)),
                    Integer.parseInt(parts.group(2)),
                    Long.parseLong(parts.group(3)));
        }

        @Override
        public String toString() {
            return kind.name().toLowerCase(Locale.ROOT) + "/" + partition + "/" + offset;
        }
    }

    /** One of them: a parked event, or a command as it lies in the dead-letters topic. */
    public record Letter(Id id, Optional<ParkedEvent> event, Optional<LogRecord> command) {}

    /** @throws io.chronosdb.error.ChronosException.UnknownRoute if the configuration has no such database */
    public DeadLetters(ChronosConfig config, Database database) {
        var unused = config.database(database);
        this.database = database;
        this.log = new KafkaLog(config.kafka());
        this.events = new EventReader(log, LOG_READ_MAX);
        this.stores = new Stores(config);
        this.parkings = Map.of(Kind.INDEX, stores.indexParking(), Kind.ARCHIVE, stores.archiveParking());
    }

    /**
     * All of them, one after the other.
     *
     * @throws Unavailable if a server cannot be reached
     */
    public void forEach(Consumer<Letter> each) {
        if (!log.exists(log.topics().events(database))) {
            return;
        }
        int partitions = log.open(database);
        for (Kind kind : List.of(Kind.INDEX, Kind.ARCHIVE)) {
            for (int number = 0; number < partitions; number++) {
                parked(kind, new DatabasePartition(database, number), each);
            }
        }
        commands(0, each);
    }

    private void parked(Kind kind, DatabasePartition partition, Consumer<Letter> each) {
        List<ParkedEvent> page = parking(kind).events(partition, 0, PAGE);
        while (!page.isEmpty()) {
            page.forEach(event -> each.accept(letter(kind, event)));
            page = parking(kind)
                    .events(partition, page.get(page.size() - 1).position().offset() + 1, PAGE);
        }
    }

    private static Letter letter(Kind kind, ParkedEvent event) {
        Id id = new Id(kind, event.position().partition(), event.position().offset());
        return new Letter(id, Optional.of(event), Optional.empty());
    }

    private void commands(long from, Consumer<Letter> each) {
        LogPartition source = new LogPartition(log.topics().name(database, Topics.Kind.DEAD_LETTERS), 0);
        long end = log.end(source);
        long next = Math.max(from, log.begin(source));
        try (Log.Reader reader = log.read(source, next)) {
            long giveUp = System.nanoTime() + LOG_READ_MAX.toNanos();
            while (reader.position(source) < end) {
                for (LogRecord record : reader.poll(PAUSE)) {
                    each.accept(new Letter(
                            new Id(Kind.COMMAND, 0, record.offset()), Optional.empty(), Optional.of(record)));
                    giveUp = System.nanoTime() + LOG_READ_MAX.toNanos();
                }
                if (System.nanoTime() - giveUp > 0) {
                    throw new Unavailable("kafka", "no dead letters came in time", null);
                }
            }
        }
    }

    /** @throws Invalid if there is none: it may have been retried or dropped */
    public Letter get(Id id) {
        return find(id).orElseThrow(() -> new Invalid("no such dead letter: " + id));
    }

    private Optional<Letter> find(Id id) {
        if (id.kind() != Kind.COMMAND) {
            return parking(id.kind()).events(new DatabasePartition(database, id.partition()), id.offset(), 1).stream()
                    .filter(event -> event.position().offset() == id.offset())
                    .map(event -> letter(id.kind(), event))
                    .findFirst();
        }
        CompletableFuture<Letter> found = new CompletableFuture<>();
        commands(id.offset(), letter -> {
            if (letter.id().equals(id)) {
                found.complete(letter);
            }
        });
        return Optional.ofNullable(found.getNow(null));
    }

    /** The event that is parked; nothing if the log has dropped it. */
    public Optional<Event> event(ParkedEvent parked) {
        return events.at(parked.position());
    }

    /**
     * Has an event tried once more, with all that wait behind it; or submits a command again.
     *
     * @param patience how long to wait for whoever projects the partition
     * @return whether it is taken; if not, its letter says why. A command is answered as any other
     * @throws Invalid if there is no such letter, or it waits behind another one
     * @throws Unavailable if nobody has tried it in time, or a server cannot be reached
     */
    public boolean retry(Id id, Duration patience) {
        Letter letter = get(id);
        if (letter.command().isPresent()) {
            submit(letter.command().get());
            return true;
        }
        return ask(letter, Wish.RETRY, patience);
    }

    /**
     * Does without an event in this copy for good, so that those that wait behind it follow.
     *
     * @throws Invalid if there is no such letter, it waits behind another one, or it is a command's, for which nothing waits
     * @throws Unavailable if nobody has done it in time, or a server cannot be reached
     */
    public void drop(Id id, Duration patience) {
        Letter letter = get(id);
        if (letter.event().isEmpty()) {
            throw new Invalid(
                    "a refused command stays in the dead-letters topic until that is emptied; nothing waits for it");
        }
        boolean unused = ask(letter, Wish.DROP, patience);
    }

    private boolean ask(Letter letter, Wish wish, Duration patience) {
        ParkedEvent asked = letter.event().orElseThrow();
        if (asked.attempts() == 0) {
            throw new Invalid(
                    "it waits behind an earlier event of the same item and follows it: retry or drop that one, letter="
                            + letter.id());
        }
        boolean parked = parking(letter.id().kind()).ask(asked.position(), wish);
        long deadline = System.nanoTime() + patience.toNanos();
        while (parked && System.nanoTime() - deadline < 0) {
            Optional<ParkedEvent> now = find(letter.id()).flatMap(Letter::event);
            if (now.isEmpty()) {
                return true;
            }
            if (now.get().wish().isEmpty()) {
                return false;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        if (!parked) {
            return true;
        }
        throw new Unavailable(
                letter.id().kind() == Kind.INDEX ? "projector" : "archiver",
                "nobody has done it yet, it stays wanted: is a process with this role running? letter=" + letter.id(),
                null);
    }

    /** To where it came from: the partition that it is decided in is found anew. */
    private void submit(LogRecord letter) {
        String source = letter.headers().getOrDefault("chronos-source", "");
        Matcher place = Pattern.compile(".*-(\\d{1,9})@\\d+").matcher(source);
        if (letter.value().length == 0 || !place.matches()) {
            throw new Invalid("the command itself is not in its letter, it lies at " + source);
        }
        Map<String, String> headers = new HashMap<>(letter.headers());
        headers.keySet().removeIf(name -> name.startsWith(REASON_PREFIX));
        LogPartition commands = new LogPartition(log.topics().commands(database), Integer.parseInt(place.group(1)));
        try (Log.Appender appender = log.appender()) {
            long unused = appender.append(commands, new NewRecord(letter.key(), letter.value(), headers))
                    .get(LOG_READ_MAX.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("kafka", "interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new Unavailable("kafka", "the command could not be submitted again", e);
        }
    }

    private Parking parking(Kind kind) {
        return Objects.requireNonNull(parkings.get(kind));
    }

    @Override
    public void close() {
        events.close();
        log.close();
        stores.close();
    }
}
