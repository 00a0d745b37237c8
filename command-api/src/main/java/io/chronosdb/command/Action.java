package io.chronosdb.command;

import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Lineage;
import io.chronosdb.event.Payload;
import java.util.List;

/** What a command asks for. */
public sealed interface Action {
    /** One answer per action; a new action breaks the build until every place answers. */
    <R> R match(Cases<R> cases);

    /** How many bytes of documents it carries. */
    default long bytes() {
        if (this instanceof Create create) {
            return create.data().size();
        }
        if (this instanceof Update update) {
            return update.data().size();
        }
        if (this instanceof Enrich enrich) {
            return enrich.patches().stream().mapToLong(Payload::size).sum();
        }
        if (this instanceof Transact transact) {
            return transact.operations().stream()
                    .mapToLong(operation -> operation.action().bytes())
                    .sum();
        }
        return 0;
    }

    /** What is asked for one item, by itself or as an operation of a transaction. */
    sealed interface OnItem extends Action {}

    /** A new item. */
    record Create(Payload data, Lineage lineage) implements OnItem {
        public Create(Payload data) {
            this(data, Lineage.NONE);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.create(this);
        }
    }

    /** A new document for an item, in place of the present one. */
    record Update(Payload data, ExpectedOv expected) implements OnItem {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.update(this);
        }
    }

    /**
     * Patches merged into the present document ({@link io.chronosdb.document.Merge}), folded left to right into one version.
     *
     * @param functionId who enriches, recorded with this version and all later ones; may be empty
     */
    record Enrich(List<Payload> patches, String functionId, ExpectedOv expected) implements OnItem {
        public Enrich {
            patches = List.copyOf(patches);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.enrich(this);
        }
    }

    /** A last version without a document. */
    record Delete(ExpectedOv expected) implements OnItem {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.delete(this);
        }
    }

    /** A version with an earlier one's document. */
    record RestoreObject(RestorePoint.OfItem to) implements OnItem {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.restoreObject(this);
        }
    }

    /** Nothing for an item itself: that it has this version is a condition of the transaction. */
    record Check(ExpectedOv expected) implements OnItem {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.check(this);
        }
    }

    /**
     * For every item of the collection that is different now from what it was, a version that makes it equal. Where items are
     * ordered by themselves, it is asked of every partition, and each does its part.
     *
     * @param dryRun only count what would be done
     * @param keepNewer leave items alone that came later; otherwise they are deleted
     */
    record RestoreCollection(RestorePoint.OfCollection to, boolean dryRun, boolean keepNewer) implements Action {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.restoreCollection(this);
        }
    }

    /** Several operations, all or none. */
    record Transact(List<Operation> operations) implements Action {
        public Transact {
            operations = List.copyOf(operations);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.transact(this);
        }
    }

    /** One operation of a transaction. */
    record Operation(String collection, String id, OnItem action) {}

    /**
     * Other settings for deciding a partition's commands from here on.
     *
     * @param settings canonical JSON
     */
    record Configure(String settings) implements Action {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.configure(this);
        }
    }

    /**
     * The actions.
     *
     * @param <R> the answer
     */
    interface Cases<R> {
        R create(Create create);

        R update(Update update);

        R enrich(Enrich enrich);

        R delete(Delete delete);

        R restoreObject(RestoreObject restore);

        R check(Check check);

        R restoreCollection(RestoreCollection restore);

        R transact(Transact transact);

        R configure(Configure configure);
    }
}
