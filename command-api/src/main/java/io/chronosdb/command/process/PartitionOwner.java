package io.chronosdb.command.process;

import io.chronosdb.command.Action;
import io.chronosdb.command.Command;
import io.chronosdb.command.CommandCodec;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.Reply;
import io.chronosdb.command.RestoreReport;
import io.chronosdb.command.decide.CollectionRestore;
import io.chronosdb.command.decide.Decider;
import io.chronosdb.command.decide.Decision;
import io.chronosdb.command.decide.DecisionSettings;
import io.chronosdb.command.decide.Evolution;
import io.chronosdb.command.decide.Head;
import io.chronosdb.command.decide.Remembered;
import io.chronosdb.command.state.PartitionState;
import io.chronosdb.error.ChronosException;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.error.Rejection;
import io.chronosdb.event.Chain;
import io.chronosdb.event.Configured;
import io.chronosdb.event.Event;
import io.chronosdb.event.EventCodec;
import io.chronosdb.event.Hash;
import io.chronosdb.event.Link;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Position;
import io.chronosdb.event.SingleObject.MalformedRecord;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.NewRecord;
import io.chronosdb.port.PartitionStatus;
import io.chronosdb.port.Watcher;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The owner of one partition: decides its commands in order and appends the outcome as the next links of the chain.
 *
 * <p>It is never sure to be the only one. Another process may own the partition already while this one was paused, and
 * both append. That is harmless, because both decide the same, because readers accept only what continues the chain, and
 * because an owner answers only for events that the chain accepted. So there is one way back from every doubt, be it a
 * start, a takeover, a failed append or a gap between two offsets: read the log from what is known to its end, fold what
 * the chain accepts, and go on with the command behind the last accepted event.
 *
 * <p>For one thread, except that acknowledgements reach the {@link Pipeline} from the log's.
 */
final class PartitionOwner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionOwner.class);

    /** How soon a log that has lost its events is looked at again. */
    private static final Duration LOST_RETRY = Duration.ofSeconds(30);

    private static final Duration RESTORE_POLL = Duration.ofMillis(100);

    /** How many decisions one turn makes at most, so that no partition starves the others. */
    private static final int DECISIONS_PER_TURN = 100;

    /** While there is something to decide, accepted events are kept back until there are so many, or so many bytes. */
    private static final int COMMIT_EVENTS = 500;

    private static final long COMMIT_BYTES = 4L << 20;

    /**
     * How much larger than the largest document an event may be. A little less than what the configuration leaves between
     * the two, so that no event is too large for its topic, which would stop the partition for good.
     */
    private static final int EVENT_OVERHEAD_BYTES_MAX = 380 << 10;

    private enum Phase {
        /** Must read the log before it knows where it stands. */
        DOUBTING,
        /** Reads the log. */
        RESTORING,
        /** Decides and appends. */
        RUNNING,
        /** Something went wrong with an append: waits until every append in flight has ended one way or the other. */
        DRAINING
    }

    private final DatabasePartition partition;
    private final LogPartition commands;
    private final LogPartition events;
    private final Log log;
    private final Log.Appender appender;
    private final Replies replies;
    private final PartitionState state;
    private final DecisionSettings configured;
    private final ProcessorLimits limits;
    private final Documents documents;
    private final LongSupplier nanos;
    private final Runnable spaceFreed;
    private final Watcher watcher;
    private final Witness witness;
    private final Standing standing;
    private final Pipeline pipeline;
    private final Attempts attempts;
    private final int replyPartitions;

    private final Deque<LogRecord> pending = new ArrayDeque<>();
    private final Map<Overlay.CommandId, Pipeline.Append> inFlightIds = new HashMap<>();
    private final Map<Hash, List<Consumer<Position>>> owed = new HashMap<>();
    private Phase phase = Phase.DOUBTING;
    private long retryAtNanos;
    private Overlay overlay;
    private String generation = "";
    private Log.@Nullable Reader reader;
    private long restoreNext;
    private long restoreEnd;
    private OptionalLong seek = OptionalLong.empty();
    private @Nullable CompletableFuture<Long> forwarding;
    private @Nullable RestoringCollection restoring;
    private final Restoration restoration = new Restoration();
    private boolean disagreementSaid;

    /** What this process itself knows of the log's past. */
    private Optional<String> remembers = Optional.empty();

    private @Nullable CompletableFuture<Optional<String>> objection;
    private boolean mayBegin;

    /** In a turn; also after one that ended by what is not caught here. */
    private boolean inTurn;

    PartitionOwner(
            DatabasePartition partition,
            Log log,
            Log.Appender appender,
            Replies replies,
            PartitionState state,
            DecisionSettings configured,
            ProcessorLimits limits,
            Documents documents,
            Surroundings around) {
        this.partition = partition;
        this.commands = new LogPartition(log.topics().commands(partition.database()), partition.number());
        this.events = new LogPartition(log.topics().events(partition.database()), partition.number());
        this.log = log;
        this.appender = appender;
        this.replies = replies;
        this.state = state;
        this.configured = configured;
        this.limits = limits;
        this.documents = documents;
        this.nanos = around.nanos();
        this.retryAtNanos = nanos.getAsLong();
        this.spaceFreed = around.wakeup();
        this.watcher = around.watcher();
        this.witness = around.witness();
        this.standing = new Standing(partition, commands, InstantSource.system());
        this.pipeline = new Pipeline(partition, spaceFreed);
        this.attempts = new Attempts(commands, around.left(), around.notes(), limits.inFlightMax());
        this.replyPartitions = configured.partitions();
        this.overlay = new Overlay(state, documents);
    }

    LogPartition commands() {
        return commands;
    }

    /** How it was when it last {@linkplain #tell told}. For any thread. */
    PartitionStatus status() {
        return standing.status();
    }

    /**
     * Tells whoever looks how it is now.
     *
     * @param polled the offset behind all commands that it was offered
     */
    void tell(OptionalLong polled) {
        if (phase == Phase.DOUBTING || phase == Phase.RESTORING) {
            standing.starts();
            return;
        }
        Optional<Event> unanswered =
                pipeline.oldest().filter(event -> event.link().commandOffset() >= 0);
        long steps = overlay.head().progress().chain().next();
        if (unanswered.isPresent()) {
            Event event = unanswered.get();
            standing.at(OptionalLong.of(event.link().commandOffset()), steps, Optional.of(event.at()));
        } else if (!pending.isEmpty()) {
            LogRecord next = pending.peek();
            standing.at(OptionalLong.of(next.offset()), steps, Optional.of(next.appendedAt()));
        } else if (restoring == null
                && phase == Phase.RUNNING
                && seek.isEmpty()
                && (forwarding == null || forwarding.isDone())) {
            standing.at(polled, steps, Optional.empty());
        } else {
            standing.stays();
        }
    }

    /** Takes commands to decide, in the log's order. Those that came before a {@link #takeSeek} are not wanted. */
    void offer(LogRecord command) {
        if (phase == Phase.RUNNING && seek.isEmpty()) {
            pending.add(command);
        }
    }

    /**
     * Whether it is at a command that may be the end of the process. What else goes on there would be suspected of it, or would
     * make that one suspected, so there should be nothing.
     */
    boolean wantsToBeAlone() {
        return attempts.isAlone();
    }

    /** Whether more commands should be fetched. */
    boolean wantsCommands() {
        return phase == Phase.RUNNING && pending.isEmpty();
    }

    /** From where on commands are to be read, if that has changed. */
    OptionalLong takeSeek() {
        OptionalLong taken = seek;
        seek = OptionalLong.empty();
        return taken;
    }

    /**
     * Does some of what there is to do, without blocking for long.
     *
     * @return whether there is more to do right now
     * @throws ConfigurationDisagrees if this process must not serve the database
     */
    boolean turn() {
        if (rests()) {
            return false;
        }
        inTurn = true;
        try {
            boolean more = switch (phase) {
                case DOUBTING -> beginRestore();
                case RESTORING -> restore();
                case RUNNING -> run();
                case DRAINING -> drain();
            };
            inTurn = false;
            return more;
        } catch (Unavailable e) {
            inTurn = false;
            attempts.interrupted();
            LOG.warn("a partition rests: partition={} cause={}", partition, e.getMessage());
            standing.failed(e);
            retryAtNanos = nanos.getAsLong() + limits.retry().toNanos();
            closeReader();
            phase = phase == Phase.RUNNING ? Phase.DRAINING : phase == Phase.RESTORING ? Phase.DOUBTING : phase;
            return false;
        }
    }

    // ---- finding out where it stands

    private boolean beginRestore() {
        generation = log.generation(commands.topic());
        String eventsGeneration = log.generation(events.topic());
        restoreEnd = log.end(events);
        if (!state.eventsGeneration().equals(eventsGeneration)
                || state.head().progress().next() > restoreEnd) {
            long before = state.head().progress().next();
            if (before > 0) {
                remembers = Optional.of("this process has followed it up to offset " + before);
                mayBegin = false;
            }
            state.reset();
            state.belongsTo(eventsGeneration);
        }
        restoreNext = state.head().progress().next();
        if (restoreNext < restoreEnd) {
            reader = log.read(events, restoreNext);
        }
        phase = Phase.RESTORING;
        return true;
    }

    private boolean restore() {
        if (restoreNext < restoreEnd && reader != null) {
            fold(reader.poll(RESTORE_POLL));
            return true;
        }
        closeReader();
        if (state.head().progress().chain().equals(Chain.START) && !mayBegin()) {
            return false;
        }
        owed.clear(); // Whoever is left out was not accepted: the command is decided again.
        overlay = new Overlay(state, documents);
        inFlightIds.clear();
        pending.clear();
        forwarding = null;
        restoring = null;
        documents.forgetFetched();
        pipeline.start(restoreNext);
        seek = OptionalLong.of(nextCommand(state.head()));
        phase = Phase.RUNNING;
        settle();
        return true;
    }

    /**
     * Whether a log that has no event may get its first one. Not if it has lost what was there: a new history would begin beside
     * copies of the old one.
     */
    private boolean mayBegin() {
        CompletableFuture<Optional<String>> asked = objection;
        if (mayBegin) {
            return true;
        }
        if (asked == null) {
            objection = witness.objection(partition);
            var unused = objection.whenComplete((answer, error) -> spaceFreed.run());
            return false;
        }
        if (!asked.isDone()) {
            return false;
        }
        objection = null;
        long begin = log.begin(events);
        Optional<String> why = begin > 0
                ? Optional.of("its first events are gone, it begins at offset " + begin)
                : remembers.or(() -> asked.isCompletedExceptionally() ? Optional.empty() : asked.join());
        mayBegin = why.isEmpty();
        why.ifPresent(reason -> {
            LOG.error(
                    "a log has lost its events, and its commands wait: partition={} end={} cause={}"
                            + " remedy=./chronos rebuild --from archive",
                    partition,
                    restoreEnd,
                    reason);
            standing.stops("the log has lost its events: " + reason);
            retryAtNanos = nanos.getAsLong() + LOST_RETRY.toNanos();
            phase = Phase.DOUBTING;
        });
        return mayBegin;
    }

    /** A command of several events that was left in the middle comes once more, to be finished. */
    private long nextCommand(Head head) {
        if (!head.generation().equals(generation)) {
            return 0;
        }
        return head.commandOffset() + (head.unfinished().isPresent() ? 0 : 1);
    }

    private void fold(List<LogRecord> records) {
        List<LoggedEvent> accepted = new ArrayList<>();
        Chain chain = state.head().progress().chain();
        for (LogRecord record : records) {
            if (EventCodec.continuesUnread(record.value(), chain)) {
                throw EventCodec.writtenLater(partition, record.offset());
            }
            restoreNext = record.offset() + 1;
            Optional<Event> event = decode(record).filter(chain::accepts);
            if (event.isPresent()) {
                LoggedEvent logged = new LoggedEvent(
                        event.get(),
                        Hash.of(record.value()),
                        new Position(partition.database(), partition.number(), record.offset()));
                chain = chain.advance(logged.hash());
                accepted.add(logged);
            }
        }
        state.commit(accepted);
        accepted.forEach(this::giveOwed);
    }

    /**
     * Answers what this owner appended before it had doubts, now that the log shows it accepted. It, and no other event of the same
     * command: one owner may give up a command that another one decides.
     */
    private void giveOwed(LoggedEvent logged) {
        List<Consumer<Position>> waiting = owed.remove(logged.hash());
        if (waiting != null) {
            waiting.forEach(answer -> answer.accept(logged.position()));
        }
    }

    private static Optional<Event> decode(LogRecord record) {
        try {
            return Optional.of(EventCodec.decode(record.value()));
        } catch (MalformedRecord e) {
            return Optional.empty(); // It continues no chain, like everything else that is skipped.
        }
    }

    /** Sees to it that the settings are in the log, and that they are this process's. */
    private void settle() {
        Optional<DecisionSettings> recorded = state.settings();
        if (recorded.isEmpty()) {
            Decision.Accept first =
                    new Decision.Accept(state.head().at(), new Configured(configured.toJson()), List.of());
            append(first, encode(first, new Place(-1, 0, true)), position -> {});
        } else if (!recorded.get().routesLike(configured)) {
            throw new ConfigurationDisagrees("the configured routing is not the recorded one: database="
                    + partition.database() + " recorded: " + recorded.get().routingText() + " configured: "
                    + configured.routingText());
        } else if (!recorded.get().equals(configured) && !disagreementSaid) {
            disagreementSaid = true;
            LOG.warn("the configuration differs from the log's and is submitted: partition={}", partition);
            Command configure = Command.of("", Optional.empty(), new Action.Configure(configured.toJson()));
            watch(appender.append(commands, new NewRecord("", CommandCodec.encode(configure), Map.of())));
        }
    }

    // ---- deciding

    private boolean run() {
        // Many at once cost far less than one by one, and until then they are in the overlay.
        if (pending.isEmpty() || attempts.careful() || pipeline.hasAccepted(COMMIT_EVENTS, COMMIT_BYTES)) {
            commitAccepted();
        }
        documents.failure().ifPresent(this::restAfter);
        if (rests()) {
            return false;
        }
        if (pipeline.broken() || forwardFailed()) {
            attempts.interrupted();
            phase = Phase.DRAINING;
            pending.clear();
            return true;
        }
        if (passIfPast()) {
            return true; // Now the other partitions may have a turn.
        }
        if (!pending.isEmpty()) {
            attempts.begin(events(), pending.element().offset(), () -> log.end(commands));
        }
        for (int steps = 0; restoring != null; steps++) {
            boolean more = restoring.step(state, documents, restoration);
            if (!more || steps == DECISIONS_PER_TURN) {
                return more;
            }
        }
        int decided = 0;
        do {
            if (!mayDecide()) {
                return false;
            }
            decideNext();
            decided++;
        } while (decided < DECISIONS_PER_TURN && !attempts.careful());
        return mayDecide();
    }

    private void decideNext() {
        if (attempts.careful()) {
            commitAccepted(); // So that all events are counted.
        }
        LogRecord record = pending.remove();
        if (attempts.mayTry(record, events())) {
            decide(record);
        } else {
            giveUp(record);
        }
        var unused =
                passIfPast(); // At once, where no event comes of it: nothing that happens from here on is its fault.
    }

    private boolean passIfPast() {
        boolean past = attempts.isAlone() && isPast();
        if (past) {
            attempts.passed(events());
        }
        return past;
    }

    /** How many there are for good. */
    private long events() {
        return state.head().progress().chain().next();
    }

    /** Whether a command that was tried alone has come to its end, or at least to an event. */
    private boolean isPast() {
        if (events() > attempts.eventsBefore()) {
            return true;
        }
        boolean comesAgain = !pending.isEmpty() && pending.element().offset() == attempts.alone();
        return restoring == null
                && (forwarding == null || forwarding.isDone())
                && documents.isIdle()
                && !comesAgain
                && pipeline.hasRoom(1, limits.inFlightBytesMax());
    }

    private boolean rests() {
        return nanos.getAsLong() - retryAtNanos < 0;
    }

    private void restAfter(Throwable failure) {
        LOG.warn(
                "a document cannot be fetched and is asked for again: partition={} cause={}",
                partition,
                failure.toString());
        standing.failed(failure);
        attempts.interrupted();
        retryAtNanos = nanos.getAsLong() + limits.retry().toNanos();
    }

    private boolean mayDecide() {
        return !pending.isEmpty()
                && restoring == null
                && (forwarding == null || forwarding.isDone())
                && documents.isIdle()
                && (attempts.careful() ? pipeline.hasRoom(1, limits.inFlightBytesMax()) : hasRoom());
    }

    private boolean hasRoom() {
        return pipeline.hasRoom(limits.inFlightMax(), limits.inFlightBytesMax());
    }

    private boolean forwardFailed() {
        return forwarding != null && forwarding.isCompletedExceptionally();
    }

    private boolean drain() {
        commitAccepted();
        if (pipeline.outstanding() > 0) {
            return false;
        }
        for (Pipeline.Entry entry : pipeline.leftovers()) {
            if (entry instanceof Pipeline.Append append) {
                owe(append.hash(), append::accepted);
            } else if (entry instanceof Pipeline.Again again) {
                owe(again.of().hash(), again.onAccepted());
            }
        }
        phase = Phase.DOUBTING;
        return true;
    }

    private void owe(Hash event, Consumer<Position> answer) {
        owed.computeIfAbsent(event, hash -> new ArrayList<>()).add(answer);
    }

    private void commitAccepted() {
        List<LoggedEvent> accepted = pipeline.takeAccepted();
        if (accepted.isEmpty()) {
            return;
        }
        state.commit(accepted);
        overlay.committed(accepted, inFlightIds::remove);
    }

    private void decide(LogRecord record) {
        Optional<Reply.Address> address = Reply.Address.from(record.headers(), replyPartitions);
        Runnable outcome;
        try {
            outcome = outcome(new Asked(record, address, CommandCodec.decode(record.value(), record.headers())));
        } catch (Unavailable e) {
            throw e;
        } catch (ChronosException e) {
            outcome = () -> refuse(record, address, e.rejection());
        } catch (RuntimeException e) {
            // A bug. Everyone who decides it has it, so nobody would ever get past the command.
            LOG.error("a command cannot be decided and is refused: command={}@{}", commands, record.offset(), e);
            outcome = () -> refuse(record, address, undecidable(e));
        }
        outcome.run();
    }

    private static Rejection undecidable(RuntimeException e) {
        return Rejection.invalid(
                "the command cannot be decided: error=" + e.getClass().getSimpleName());
    }

    /**
     * Refuses a command that nobody survives. An event says so that changes nothing, so that nobody ever comes back to the command;
     * should another owner have decided it meanwhile, this one's event is not accepted and its answer is never given.
     */
    private void giveUp(LogRecord record) {
        LOG.error("processes have died of a command, and it is refused: command={}@{}", commands, record.offset());
        Head head = overlay.head();
        int index = head.commandOffset() == record.offset()
                ? head.unfinished().map(Head.Unfinished::events).orElse(0)
                : 0;
        Decision.Accept nothing = new Decision.Accept(
                head.at(), new Configured(overlay.settings().orElseThrow().toJson()), List.of());
        Optional<Reply.Address> address = Reply.Address.from(record.headers(), replyPartitions);
        Rejection rejection = Rejection.invalid("the command cannot be decided: processes have died of it");
        append(nothing, encode(nothing, new Place(record.offset(), index, true)), position -> {
            watcher.rejected(partition.database(), rejection.code());
            replies.refuse(partition, address, record, rejection);
        });
    }

    /** What is to be done about a command. Nothing has changed yet, so that a failure here leaves nothing half done. */
    private Runnable outcome(Asked asked) {
        if (isUnfinished(asked)) {
            return () -> {};
        }
        Decision decision = Decider.decide(overlay, asked.command(), source(asked));
        if (decision instanceof Decision.Accept accept) {
            Encoded event = encode(accept, new Place(asked.record().offset(), 0, true));
            long bytesMax = overlay.settings().orElseThrow().payloadBytesMax() + EVENT_OVERHEAD_BYTES_MAX;
            return event.bytes().length > bytesMax
                    ? () -> refuse(
                            asked.record(), asked.address(), Rejection.payloadTooLarge(event.bytes().length, bytesMax))
                    : () -> {
                        documents.forgetFetched();
                        append(asked, accept, 1, event);
                    };
        }
        return () -> carryOut(asked, decision);
    }

    /** A command, where it came from, and where its answer goes. */
    record Asked(LogRecord record, Optional<Reply.Address> address, Command command) {
        /** Settings have no receipt that could be given again. */
        private Optional<Overlay.CommandId> id() {
            return command.action() instanceof Action.Configure
                    ? Optional.empty()
                    : command.commandId().map(id -> new Overlay.CommandId(command.scope(), id));
        }
    }

    private Decider.Source source(Asked asked) {
        LogRecord record = asked.record();
        return new Decider.Source(
                partition.database(), partition.number(), record.offset(), generation, record.appendedAt());
    }

    /** Whether the log has some of the command's events, and the rest is to be done now. */
    private boolean isUnfinished(Asked asked) {
        Head head = overlay.head();
        if (head.unfinished().isEmpty() || head.commandOffset() > asked.record().offset()) {
            return false;
        }
        if (head.commandOffset() == asked.record().offset()
                && asked.command().action() instanceof Action.RestoreCollection restore) {
            restoring = new RestoringCollection(asked, restore, head.unfinished());
            return true;
        }
        LOG.error(
                "a command was left in the middle and is not there any more: partition={} commandOffset={} events={}",
                partition,
                head.commandOffset(),
                head.unfinished().get().events());
        return false;
    }

    private void carryOut(Asked asked, Decision decision) {
        if (!(decision instanceof Decision.Fetch)) {
            documents.forgetFetched();
        }
        if (decision instanceof Decision.Same same) {
            watcher.accepted(partition.database());
            pipeline.add(new Pipeline.Answer(position -> reply(asked, same.answer(), 0, position)));
        } else if (decision instanceof Decision.Repeat repeat) {
            watcher.accepted(partition.database());
            pipeline.add(again(asked, repeat.first()));
        } else if (decision instanceof Decision.Reject reject) {
            refuse(asked.record(), asked.address(), reject.rejection());
        } else if (decision instanceof Decision.Restore restore) {
            restoring = new RestoringCollection(asked, restore.action(), Optional.empty());
        } else if (decision instanceof Decision.Fetch fetch) {
            fetch(asked, fetch);
        } else if (decision instanceof Decision.Forward forward) {
            // Nothing is decided before it is in its own partition for good: a crash must not lose it.
            Map<String, String> headers =
                    asked.address().map(Reply.Address::headers).orElse(Map.of());
            forwarding = appender.append(
                    new LogPartition(commands.topic(), forward.partition()),
                    new NewRecord(asked.record().key(), CommandCodec.encode(forward.command()), headers));
        }
    }

    /** The first one's answer, where that is in the log; else it is given behind it. */
    private Pipeline.Entry again(Asked asked, Remembered first) {
        Pipeline.Append inFlight = asked.id().map(inFlightIds::get).orElse(null);
        if (inFlight != null) {
            return new Pipeline.Again(
                    inFlight, position -> reply(asked, inFlight.answer(), inFlight.events(), position));
        }
        Position position = new Position(partition.database(), partition.number(), first.offset());
        return new Pipeline.Answer(now -> reply(asked, first.made(), first.events(), position));
    }

    /** The command is decided once its document is there; what is behind it waits. */
    private void fetch(Asked asked, Decision.Fetch fetch) {
        if (documents.isGone(fetch.item(), fetch.version().ov())) {
            refuse(
                    asked.record(),
                    asked.address(),
                    new ChronosException.PayloadUnavailable(
                                    fetch.item() + "@" + fetch.version().ov(), null)
                            .rejection());
            documents.forgetFetched();
            return;
        }
        pending.addFirst(asked.record());
        documents.fetch(
                List.of(new PayloadSource.Wanted(
                        fetch.item(), fetch.version().ov(), fetch.version().offset())),
                spaceFreed);
    }

    // ---- restoring a collection

    /** What a restoration under way needs of this owner. */
    private final class Restoration implements RestoringCollection.Owner {
        private Asked asked() {
            return Objects.requireNonNull(restoring).asked();
        }

        @Override
        public boolean isStill() {
            if (pipeline.outstanding() > 0 || pipeline.broken()) {
                return false;
            }
            commitAccepted();
            return true;
        }

        @Override
        public boolean hasRoom() {
            return PartitionOwner.this.hasRoom();
        }

        @Override
        public void append(CollectionRestore.Change change, Optional<Payload> document, int index, int total) {
            Asked asked = asked();
            Decision.Accept step = Decider.restore(overlay, asked.command(), source(asked), change, document);
            Place place = new Place(asked.record().offset(), index, index + 1 == total);
            PartitionOwner.this.append(asked, step, index + 1, encode(step, place));
        }

        @Override
        public void progress(long done, long total) {
            asked().address().ifPresent(to -> replies.reply(partition, to, new Reply.Progressing(done, total)));
        }

        @Override
        public void end(Optional<RestoreReport> report) {
            Asked asked = asked();
            restoring = null;
            report.ifPresent(it -> pipeline.add(new Pipeline.Answer(position ->
                    asked.address().ifPresent(to -> replies.reply(partition, to, restored(it, position))))));
        }

        private Reply restored(RestoreReport report, Position position) {
            return new Reply.Restored(
                    new RestoreReport(report.dryRun(), report.planned(), report.done(), List.of(position)));
        }

        @Override
        public Runnable wakeup() {
            return spaceFreed;
        }
    }

    // ---- appending and answering

    /** An event's place among those of its command. */
    private record Place(long commandOffset, int index, boolean last) {}

    /** The next event of the chain, and its bytes. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Encoded(Event event, byte[] bytes) {}

    private Encoded encode(Decision.Accept accept, Place place) {
        Chain chain = overlay.head().progress().chain();
        Link link =
                new Link(chain.next(), chain.last(), generation, place.commandOffset(), place.index(), place.last());
        Event event = new Event(link, accept.at(), accept.fact());
        return new Encoded(event, EventCodec.encode(event));
    }

    private void append(Asked asked, Decision.Accept accept, int events, Encoded encoded) {
        boolean last = encoded.event().link().last();
        if (last) {
            watcher.accepted(partition.database());
        }
        Consumer<Position> answer = last ? position -> reply(asked, accept.answer(), events, position) : position -> {};
        Pipeline.Append append = append(accept, encoded, answer);
        if (last) {
            asked.id().ifPresent(key -> inFlightIds.put(key, append));
        }
    }

    private Pipeline.Append append(Decision.Accept accept, Encoded encoded, Consumer<Position> onAccepted) {
        Event event = encoded.event();
        Hash hash = Hash.of(encoded.bytes());
        Pipeline.Append append = new Pipeline.Append(event, hash, encoded.bytes().length, accept.answer(), onAccepted);
        pipeline.add(append);
        // Where it will lie is not known yet, and deciding does not need it.
        Evolution.evolve(
                new LoggedEvent(event, hash, new Position(partition.database(), partition.number(), -1)), overlay);
        var unused = appender.append(events, EventRecords.of(partition, event, encoded.bytes()))
                .whenComplete((offset, error) -> {
                    if (error == null) {
                        watcher.appended(partition.database());
                        pipeline.appended(append, offset);
                    } else {
                        standing.failed(error);
                        LOG.warn(
                                "an append failed: partition={} seq={} cause={}",
                                partition,
                                event.link().seq(),
                                error.toString());
                        pipeline.failed();
                    }
                });
        return append;
    }

    private void refuse(LogRecord record, Optional<Reply.Address> address, Rejection rejection) {
        watcher.rejected(partition.database(), rejection.code());
        pipeline.add(new Pipeline.Answer(position -> replies.refuse(partition, address, record, rejection)));
    }

    /** @param events how many came of the command */
    private void reply(Asked asked, List<Remembered.Made> made, long events, Position position) {
        asked.address()
                .ifPresent(to -> answer(asked.command().action(), made, events, position)
                        .ifPresent(reply -> replies.reply(partition, to, reply)));
    }

    private static Optional<Reply> answer(Action action, List<Remembered.Made> made, long events, Position position) {
        List<Receipt> receipts = made.stream()
                .map(it -> new Receipt(it.id(), it.ov(), it.cv(), it.op(), it.at(), position))
                .toList();
        if (action instanceof Action.RestoreCollection) {
            return Optional.of(new Reply.Restored(new RestoreReport(false, events, events, List.of(position))));
        }
        if (action instanceof Action.Transact) {
            return Optional.of(new Reply.AcceptedAll(receipts));
        }
        return receipts.stream().findFirst().map(Reply.Accepted::new);
    }

    private static void watch(CompletableFuture<Long> append) {
        var unused = append.whenComplete((offset, error) -> {
            if (error != null) {
                LOG.warn("the configuration could not be submitted: cause={}", error.toString());
            }
        });
    }

    private void closeReader() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }

    /** Stops deciding, gives what is in flight a moment to be acknowledged and answered, and keeps the state. */
    @Override
    public void close() {
        pending.clear();
        long deadline = nanos.getAsLong() + limits.handover().toNanos();
        while (pipeline.outstanding() > 0 && nanos.getAsLong() - deadline < 0) {
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
        commitAccepted();
        if (!inTurn) {
            attempts.ended(events());
        }
        closeReader();
        state.close();
    }
}
