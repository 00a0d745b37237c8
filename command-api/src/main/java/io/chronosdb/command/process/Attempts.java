package io.chronosdb.command.process;

import io.chronosdb.event.Hash;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the command that is the end of whoever decides it, by what owners leave to those who come after them.
 *
 * <p>An owner notes, once, how many before it have ended where it begins: at the same last event. After {@link #TAKEOVERS_MAX} of
 * them it is careful: it decides one command at a time, with nothing else going on in its process, and notes each before it
 * decides it. A command at which {@link #TRIES_MAX} careful owners have ended is not tried any more. Whoever ends in good order
 * takes back what it has noted, and every event makes all that was noted before it void, so innocent commands are not suspected
 * for long.
 *
 * <p>For one thread.
 */
final class Attempts {
    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

    static final int TAKEOVERS_MAX = 3;
    static final int TRIES_MAX = 2;

    private static final Duration NOTED_WITHIN = Duration.ofSeconds(3);
    private static final int GIVEN_UP_MAX = 1_000;
    private static final long NONE = -1;

    private final LogPartition commands;
    private final Optional<Note> left;
    private final Log.Notes notes;
    private final int inFlightMax;
    private final Set<Hash> givenUp = new HashSet<>();

    /** What this owner found, as far as it counts. */
    private Note found = new Note(0, 0, 0, 0);

    private @Nullable Note noted;
    private boolean careful;
    private long suspectsEnd;
    private long eventsMax;
    private long alone = NONE;

    /**
     * What is noted of a partition.
     *
     * @param events how many events there were: with another one it does not count any more
     * @param takeovers how many owners began there
     * @param command the one that is tried, or else the next one to be
     * @param tries how many careful owners have tried it
     */
    record Note(long events, int takeovers, long command, int tries) {
        private static final Pattern FORM =
                Pattern.compile("events=(\\d{1,18}) takeovers=(\\d{1,9}) command=(\\d{1,18}) tries=(\\d{1,9})");

        /** Nothing where it is not one of ours: others may write there, too. */
        static Optional<Note> parse(String text) {
            Matcher form = FORM.matcher(text);
            return form.matches()
                    ? Optional.of(new Note(
                            Long.parseLong(form.group(1)),
                            Integer.parseInt(form.group(2)),
                            Long.parseLong(form.group(3)),
                            Integer.parseInt(form.group(4))))
                    : Optional.empty();
        }

        String text() {
            return "events=" + events + " takeovers=" + takeovers + " command=" + command + " tries=" + tries;
        }
    }

    /**
     * @param left what the owner before has noted
     * @param inFlightMax how many events an owner may have made of which none is accepted
     */
    Attempts(LogPartition commands, Optional<String> left, Log.Notes notes, int inFlightMax) {
        this.commands = commands;
        this.left = left.flatMap(Note::parse);
        this.notes = notes;
        this.inFlightMax = inFlightMax;
    }

    /**
     * Before the first command is decided.
     *
     * @param events how many there are
     * @param end the offset behind all commands
     */
    void begin(long events, long firstCommand, LongSupplier end) {
        if (noted != null) {
            return;
        }
        Note last = left.filter(note -> note.events() == events).orElse(new Note(events, 0, firstCommand, 0));
        if (last.takeovers() >= TAKEOVERS_MAX) {
            suspectsEnd = end.getAsLong(); // What nobody could read has killed nobody.
            eventsMax = events + inFlightMax;
            careful = true;
            LOG.warn(
                    "owners of a partition have ended before they made an event, and this one is careful:"
                            + " commands={} from={} to={} owners={}",
                    commands,
                    firstCommand,
                    suspectsEnd,
                    last.takeovers());
        }
        found = last;
        // Sent off only: nobody waits for it, and if it is lost somebody has to end once more.
        note(new Note(events, last.takeovers() + 1, last.command(), last.tries()), Duration.ZERO);
    }

    /** Whether commands are decided one at a time. */
    boolean careful() {
        return careful;
    }

    /**
     * Whether a command is tried. Where there is something to fear, the attempt is noted first.
     *
     * @param events how many there are; with nothing in flight if it is {@link #careful}
     * @throws io.chronosdb.error.ChronosException.Unavailable if it cannot be noted
     */
    boolean mayTry(LogRecord command, long events) {
        if (!givenUp.isEmpty() && givenUp.contains(Hash.of(command.value()))) {
            return false; // Sent once more, by a client that had no answer.
        }
        if (careful && (command.offset() >= suspectsEnd || events > eventsMax)) {
            careful = false;
            LOG.info("no command was found at which owners end, or all were: commands={}", commands);
        }
        boolean same = found.events() == events;
        if (!careful || command.offset() == alone || same && command.offset() < found.command()) {
            return true; // The last ones were tried, and did no harm.
        }
        int tries = same && command.offset() == found.command() ? found.tries() : 0;
        if (tries >= TRIES_MAX) {
            if (givenUp.size() < GIVEN_UP_MAX) {
                givenUp.add(Hash.of(command.value()));
            }
            return false;
        }
        note(new Note(events, found.takeovers() + 1, command.offset(), tries + 1), NOTED_WITHIN);
        alone = command.offset();
        return true;
    }

    /** Whether a command is under way that may be the end of this process, which then should do nothing else. */
    boolean isAlone() {
        return alone != NONE;
    }

    /** The command that is under way. */
    long alone() {
        return alone;
    }

    /** How many events there were before it. */
    long eventsBefore() {
        return noted == null ? 0 : noted.events();
    }

    /** The command that was under way has done no harm. */
    void passed(long events) {
        if (noted != null && noted.events() == events) {
            note(new Note(events, noted.takeovers(), alone + 1, 0), Duration.ZERO);
        }
        alone = NONE;
    }

    /** It is not under way any more, and comes again: something else is in the way. */
    void interrupted() {
        if (noted != null && isAlone()) {
            note(new Note(noted.events(), noted.takeovers(), alone, noted.tries() - 1), Duration.ZERO);
        }
        alone = NONE;
    }

    /** The owner ends in good order. */
    void ended(long events) {
        interrupted();
        if (noted != null && noted.events() == events) {
            notes.note(
                    commands,
                    noted.command(),
                    new Note(events, found.takeovers(), noted.command(), noted.tries()).text(),
                    Duration.ZERO);
        }
    }

    private void note(Note note, Duration max) {
        notes.note(commands, note.command(), note.text(), max);
        noted = note;
    }
}
