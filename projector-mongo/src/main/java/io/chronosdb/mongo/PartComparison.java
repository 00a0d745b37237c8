package io.chronosdb.mongo;

import io.chronosdb.mongo.ProgressStore.Stored;
import io.chronosdb.mongo.RebuildResult.Difference;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * One MongoDB collection of an old and a new index, side by side. What the old one has of events behind the progress is ahead,
 * not different: versions and heads of those events, and the end that they gave to the version before.
 */
final class PartComparison {
    /** As MongoDB orders the ids: item ids are ASCII. */
    private static final Comparator<BsonDocument> BY_ID =
            Comparator.comparing(PartComparison::item).thenComparing(PartComparison::ov);

    private final Part part;
    private final Map<Integer, Stored> progress;
    private final DueVersions due;
    private final boolean versionsAhead;
    private final Consumer<Found> found;
    private @Nullable Found lone;
    private @Nullable Found ended;
    private long ahead;

    /**
     * A document that the two have differently.
     *
     * @param old absent: only the new index has it
     * @param rebuilt absent: only the old index has it
     * @param field dotted; empty where one is absent
     */
    record Found(Optional<BsonDocument> old, Optional<BsonDocument> rebuilt, String field) {
        private BsonDocument either() {
            return old.or(() -> rebuilt).orElseThrow();
        }

        /** @param name the MongoDB collection */
        Difference difference(String name) {
            String problem = old.isEmpty()
                    ? "only the new index has it"
                    : rebuilt.isEmpty() ? "only the old index has it" : "the field differs";
            return new Difference(name, document(), field, problem);
        }

        BsonValue id() {
            return Objects.requireNonNull(either().get("_id"));
        }

        /** Of the version, or a head's latest one; -1 for a counter. */
        long ov() {
            BsonDocument document = either();
            return document.isDocument("_id")
                    ? PartComparison.ov(document)
                    : document.getInt64("ov", new BsonInt64(-1)).getValue();
        }

        /** Whose document it is. */
        String item() {
            return PartComparison.item(either());
        }

        /** The item, or {@code <item>@<ov>} for a version. */
        String document() {
            BsonDocument document = either();
            return document.isDocument("_id") ? item() + "@" + ov() : item();
        }
    }

    /**
     * @param versionsAhead whether the collection's versions were found to be ahead
     * @param found told of every difference
     */
    PartComparison(
            Part part, Map<Integer, Stored> progress, DueVersions due, boolean versionsAhead, Consumer<Found> found) {
        this.part = part;
        this.progress = progress;
        this.due = due;
        this.versionsAhead = versionsAhead;
        this.found = found;
    }

    /** Both in the order of {@code _id}. */
    void run(Iterator<BsonDocument> old, Iterator<BsonDocument> rebuilt) {
        BsonDocument left = next(old);
        BsonDocument right = next(rebuilt);
        while (left != null || right != null) {
            int order = left == null ? 1 : right == null ? -1 : BY_ID.compare(left, right);
            BsonDocument leftHere = order <= 0 ? left : null;
            BsonDocument rightHere = order >= 0 ? right : null;
            compare(leftHere, rightHere);
            left = leftHere == null ? left : next(old);
            right = rightHere == null ? right : next(rebuilt);
        }
        requireEndedByNext(null);
        requireDueBy(null, null);
    }

    long ahead() {
        return ahead;
    }

    private void compare(@Nullable BsonDocument old, @Nullable BsonDocument rebuilt) {
        requireEndedByNext(old);
        requireDueBy(old, rebuilt);
        if (old != null && isAhead(old)) {
            ahead++;
        } else if (rebuilt == null && old != null) {
            onlyOne(old, new Found(Optional.of(old), Optional.empty(), ""));
        } else if (old == null && rebuilt != null) {
            onlyOne(rebuilt, new Found(Optional.empty(), Optional.of(rebuilt), ""));
        } else if (old != null && rebuilt != null && !old.equals(rebuilt)) {
            compareFields(old, rebuilt);
        }
    }

    private void onlyOne(BsonDocument document, Found difference) {
        if (part == Part.VERSIONS && due.byAge(document)) {
            return;
        }
        if (part == Part.VERSIONS && due.byCount()) {
            lone = difference; // Due if a later one of the item says so, and then those before it are.
        } else {
            found.accept(difference);
        }
    }

    private void requireDueBy(@Nullable BsonDocument old, @Nullable BsonDocument rebuilt) {
        Found before = lone;
        if (before == null) {
            return;
        }
        BsonDocument next = rebuilt != null ? rebuilt : old;
        if (next == null || !item(next).equals(item(before.either()))) {
            lone = null;
            found.accept(before);
        } else if (rebuilt != null && due.byCount(ov(before.either()), ov(rebuilt))) {
            lone = null;
        }
    }

    private void compareFields(BsonDocument old, BsonDocument rebuilt) {
        String field = firstDifference(old, rebuilt);
        Found difference = new Found(Optional.of(old), Optional.of(rebuilt), field);
        if (part == Part.VERSIONS && field.equals("until") && !rebuilt.containsKey("until")) {
            ended = difference; // By a version that is ahead, if all is well: the next document.
        } else if (part == Part.COUNTER && versionsAhead && cv(old) >= cv(rebuilt)) {
            ahead++;
        } else {
            found.accept(difference);
        }
    }

    private void requireEndedByNext(@Nullable BsonDocument next) {
        Found difference = ended;
        ended = null;
        if (difference != null) {
            BsonDocument before = difference.either();
            boolean byNext = next != null
                    && isAhead(next)
                    && item(next).equals(item(before))
                    && ov(next) == ov(before) + 1
                    && Objects.equals(next.get("at"), before.get("until"))
                    && Objects.equals(next.get("cv"), before.get(EntryDocuments.UNTIL_CV));
            if (!byNext) {
                found.accept(difference);
            }
        }
    }

    private boolean isAhead(BsonDocument document) {
        if (part == Part.COUNTER) {
            return false;
        }
        BsonDocument position = document.getDocument("position");
        Stored stored = progress.get(position.getInt32("partition").getValue());
        return stored != null
                && position.getInt64("offset").getValue() >= stored.progress().next();
    }

    private static String firstDifference(BsonDocument a, BsonDocument b) {
        TreeSet<String> names = new TreeSet<>(a.keySet());
        names.addAll(b.keySet());
        for (String field : names) {
            BsonValue left = a.get(field);
            BsonValue right = b.get(field);
            if (left instanceof BsonDocument inLeft && right instanceof BsonDocument inRight && !left.equals(right)) {
                return field + "." + firstDifference(inLeft, inRight);
            }
            if (left == null || !left.equals(right)) {
                return field;
            }
        }
        return "";
    }

    private static @Nullable BsonDocument next(Iterator<BsonDocument> documents) {
        return documents.hasNext() ? documents.next() : null;
    }

    private static String item(BsonDocument document) {
        return document.isDocument("_id")
                ? document.getDocument("_id").getString("id").getValue()
                : document.getString("_id").getValue();
    }

    private static long ov(BsonDocument document) {
        return document.isDocument("_id")
                ? document.getDocument("_id").getInt64("ov").getValue()
                : 0;
    }

    private static long cv(BsonDocument counter) {
        return counter.getInt64("cv", new BsonInt64(-1)).getValue();
    }
}
