package io.chronosdb.mongo;

import io.chronosdb.mongo.ProgressStore.Stored;
import io.chronosdb.mongo.RebuildResult.Difference;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
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
    private final String name;
    private final Map<Integer, Stored> progress;
    private final DueVersions due;
    private final boolean versionsAhead;
    private @Nullable Difference difference;
    private @Nullable Lone lone;
    private @Nullable BsonDocument ended;
    private long ahead;

    /** A version that one of the two does not have. */
    private record Lone(BsonDocument version, String problem) {}

    /** @param versionsAhead whether the collection's versions were found to be ahead */
    PartComparison(Part part, String name, Map<Integer, Stored> progress, DueVersions due, boolean versionsAhead) {
        this.part = part;
        this.name = name;
        this.progress = progress;
        this.due = due;
        this.versionsAhead = versionsAhead;
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

    Optional<Difference> difference() {
        return Optional.ofNullable(difference);
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
            onlyOne(old, "only the old index has it");
        } else if (old == null && rebuilt != null) {
            onlyOne(rebuilt, "only the new index has it");
        } else if (old != null && rebuilt != null && !old.equals(rebuilt)) {
            compareFields(old, rebuilt);
        }
    }

    private void onlyOne(BsonDocument document, String problem) {
        if (part == Part.VERSIONS && due.byAge(document)) {
            return;
        }
        if (part == Part.VERSIONS && due.byCount()) {
            lone = new Lone(document, problem); // Due if a later one of the item says so, and then those before it are.
        } else {
            differ(document, "", problem);
        }
    }

    private void requireDueBy(@Nullable BsonDocument old, @Nullable BsonDocument rebuilt) {
        Lone before = lone;
        if (before == null) {
            return;
        }
        BsonDocument next = rebuilt != null ? rebuilt : old;
        if (next == null || !item(next).equals(item(before.version))) {
            lone = null;
            differ(before.version, "", before.problem);
        } else if (rebuilt != null && due.byCount(ov(before.version), ov(rebuilt))) {
            lone = null;
        }
    }

    private void compareFields(BsonDocument old, BsonDocument rebuilt) {
        String field = firstDifference(old, rebuilt);
        if (part == Part.VERSIONS && field.equals("until") && !rebuilt.containsKey("until")) {
            ended = old; // By a version that is ahead, if all is well: the next document.
        } else if (part == Part.COUNTER && versionsAhead && cv(old) >= cv(rebuilt)) {
            ahead++;
        } else {
            differ(old, field, "the field differs");
        }
    }

    private void requireEndedByNext(@Nullable BsonDocument next) {
        BsonDocument before = ended;
        ended = null;
        if (before != null) {
            boolean byNext = next != null
                    && isAhead(next)
                    && item(next).equals(item(before))
                    && ov(next) == ov(before) + 1
                    && Objects.equals(next.get("at"), before.get("until"))
                    && Objects.equals(next.get("cv"), before.get(EntryDocuments.UNTIL_CV));
            if (!byNext) {
                differ(before, "until", "the field differs");
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

    private void differ(BsonDocument document, String field, String problem) {
        if (difference == null) {
            String label = part == Part.VERSIONS ? item(document) + "@" + ov(document) : item(document);
            difference = new Difference(name, label, field, problem);
        }
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
