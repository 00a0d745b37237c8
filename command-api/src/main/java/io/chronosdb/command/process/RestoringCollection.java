package io.chronosdb.command.process;

import io.chronosdb.address.ItemKey;
import io.chronosdb.command.Action.RestoreCollection;
import io.chronosdb.command.RestoreReport;
import io.chronosdb.command.decide.CollectionRestore;
import io.chronosdb.command.decide.CollectionRestore.Change;
import io.chronosdb.command.decide.Head;
import io.chronosdb.command.decide.State;
import io.chronosdb.command.decide.VersionState;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Payload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The restoration of a collection under way, in steps that are short, so that no other partition waits, and bounded in
 * memory however many items there are. First all items are looked at, to know how many need a version: the last one's event
 * says that it is the last. Then they get it, in the order of their ids; whoever takes over after a crash goes on behind the
 * last one that has.
 */
final class RestoringCollection {
    private static final int LOOKED_AT_PER_STEP = 1_000;
    private static final int CHANGES_MAX = 500;
    private static final long BYTES_MAX = 8L << 20;

    /** What it needs of the partition's owner. */
    interface Owner {
        /** Whether everything that was appended is in the kept state. */
        boolean isStill();

        boolean hasRoom();

        void append(Change change, Optional<Payload> document, int index, int total);

        void progress(long done, long total);

        /** @param report absent where the last event's acknowledgement answers */
        void end(Optional<RestoreReport> report);

        /** To be called when it is worth taking the next step. */
        Runnable wakeup();
    }

    private enum Phase {
        SETTLING,
        COUNTING,
        DOING
    }

    private final PartitionOwner.Asked asked;
    private final RestoreCollection action;
    private final CollectionRestore restore;
    private final Deque<Change> changes = new ArrayDeque<>();
    private Phase phase = Phase.SETTLING;
    private final Optional<String> start;
    private Optional<String> after;
    private int done;
    private int total;
    private long lookedAt;

    /** @param unfinished what of it another owner has done */
    RestoringCollection(PartitionOwner.Asked asked, RestoreCollection action, Optional<Head.Unfinished> unfinished) {
        this.asked = asked;
        this.action = action;
        this.restore = new CollectionRestore(action);
        this.done = unfinished.map(Head.Unfinished::events).orElse(0);
        this.total = done;
        this.start = unfinished.map(Head.Unfinished::lastId);
        this.after = start;
    }

    PartitionOwner.Asked asked() {
        return asked;
    }

    /** @return whether there is more to do right now */
    boolean step(State.Walkable kept, Documents documents, Owner owner) {
        return switch (phase) {
            case SETTLING -> settle(owner);
            case COUNTING -> count(kept, owner);
            case DOING -> change(kept, documents, owner);
        };
    }

    /** Looks at the kept state only, so all that was decided before has to be in it. */
    private boolean settle(Owner owner) {
        if (!owner.isStill()) {
            return false;
        }
        phase = Phase.COUNTING;
        return true;
    }

    private boolean count(State.Walkable kept, Owner owner) {
        List<State.Walkable.Entry> entries = next(kept, LOOKED_AT_PER_STEP);
        for (State.Walkable.Entry entry : entries) {
            total += change(kept, entry).isPresent() ? 1 : 0;
        }
        lookedAt += entries.size();
        if (entries.size() == LOOKED_AT_PER_STEP) {
            if (lookedAt % (20L * LOOKED_AT_PER_STEP) == 0) {
                owner.progress(done, 0); // The client sees that it goes on.
            }
            return true;
        }
        after = start;
        if (action.dryRun() || total == done) {
            owner.end(Optional.of(new RestoreReport(action.dryRun(), total, action.dryRun() ? 0 : done, List.of())));
        }
        phase = Phase.DOING;
        return true;
    }

    private boolean change(State.Walkable kept, Documents documents, Owner owner) {
        if (!documents.isIdle()) {
            return false;
        }
        if (changes.isEmpty()) {
            collect(kept, documents, owner);
            return documents.isIdle();
        }
        if (!owner.hasRoom()) {
            return false;
        }
        Change change = changes.peek();
        if (change.restores() && !documents.hold(change.item(), target(change).ov())) {
            fetchAgain(change, documents, owner);
            return false;
        }
        Optional<Payload> document =
                change.restores() ? documents.get(change.item(), target(change).ov()) : Optional.empty();
        changes.remove();
        owner.append(change, document, done, total);
        done++;
        if (done == total) {
            documents.forgetFetched();
            owner.end(Optional.empty());
        } else if (done % CHANGES_MAX == 0) {
            owner.progress(done, total);
        }
        return true;
    }

    /** The next changes, and the documents that they need. */
    private void collect(State.Walkable kept, Documents documents, Owner owner) {
        documents.forgetFetched();
        long bytes = 0;
        for (State.Walkable.Entry entry : next(kept, CHANGES_MAX)) {
            Optional<Change> change = change(kept, entry);
            change.ifPresent(changes::add);
            after = Optional.of(entry.id());
            bytes += change.filter(Change::restores)
                    .map(it -> target(it).bytes())
                    .orElse(0);
            if (bytes > BYTES_MAX) {
                break;
            }
        }
        fetch(changes.stream().filter(Change::restores).toList(), documents, owner);
    }

    /** @throws Unavailable if it is gone: nobody may lose it silently, so the partition waits for a person */
    private static void fetchAgain(Change change, Documents documents, Owner owner) {
        if (documents.isGone(change.item(), target(change).ov())) {
            throw new Unavailable(
                    "archive",
                    "a document is neither in the log nor in the archive: item=" + change.item() + "@"
                            + target(change).ov(),
                    null);
        }
        fetch(List.of(change), documents, owner);
    }

    private static void fetch(List<Change> restoring, Documents documents, Owner owner) {
        List<PayloadSource.Wanted> wanted = new ArrayList<>();
        for (Change change : restoring) {
            VersionState target = target(change);
            if (!documents.hold(change.item(), target.ov())) {
                wanted.add(new PayloadSource.Wanted(change.item(), target.ov(), target.offset()));
            }
        }
        if (!wanted.isEmpty()) {
            documents.fetch(wanted, owner.wakeup());
        }
    }

    private static VersionState target(Change change) {
        return change.target().orElseThrow();
    }

    private List<State.Walkable.Entry> next(State.Walkable kept, int limit) {
        List<State.Walkable.Entry> entries = kept.items(asked.command().collection(), after, limit);
        if (!entries.isEmpty()) {
            after = Optional.of(entries.get(entries.size() - 1).id());
        }
        return entries;
    }

    private Optional<Change> change(State kept, State.Walkable.Entry entry) {
        return restore.change(kept, new ItemKey(asked.command().collection(), entry.id()), entry.state());
    }
}
