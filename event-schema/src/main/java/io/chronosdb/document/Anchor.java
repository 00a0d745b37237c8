package io.chronosdb.document;

import io.chronosdb.document.Filter.And;
import io.chronosdb.document.Filter.Compare;
import io.chronosdb.document.Filter.Exists;
import io.chronosdb.document.Filter.In;
import io.chronosdb.document.Filter.Not;
import io.chronosdb.document.Filter.Or;
import io.chronosdb.document.Filter.Prefix;
import io.chronosdb.error.ChronosException.NotIndexed;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds out whether an index can narrow a filter. */
final class Anchor implements Filter.Cases<Anchor.Found> {
    /**
     * What was found.
     *
     * @param anchored whether whatever the condition holds for is in a range of some index
     * @param loose a field without an index that it names, if there is one
     */
    record Found(boolean anchored, Optional<Field> loose) {
        void requireAnchored() {
            if (!anchored && loose.isPresent()) {
                Field field = loose.get();
                throw new NotIndexed(
                        field.path(), "no index finds this by itself; combine it with an indexed condition: " + field);
            }
        }
    }

    private static Found field(Field field) {
        return new Found(field.indexed(), field.indexed() ? Optional.empty() : Optional.of(field));
    }

    private Stream<Found> all(List<Filter> parts) {
        return parts.stream().map(part -> part.match(this));
    }

    private Optional<Field> loose(List<Filter> parts) {
        return all(parts).flatMap(found -> found.loose().stream()).findFirst();
    }

    @Override
    public Found and(And and) {
        return new Found(all(and.parts()).anyMatch(Found::anchored), loose(and.parts()));
    }

    @Override
    public Found or(Or or) {
        return new Found(all(or.parts()).allMatch(Found::anchored), loose(or.parts()));
    }

    /** What a part leaves out may be anywhere, unless indexes know all of it. */
    @Override
    public Found not(Not not) {
        Optional<Field> loose = not.part().match(this).loose();
        return new Found(loose.isEmpty(), loose);
    }

    @Override
    public Found compare(Compare compare) {
        return field(compare.field());
    }

    @Override
    public Found in(In in) {
        return field(in.field());
    }

    @Override
    public Found exists(Exists exists) {
        return field(exists.field());
    }

    @Override
    public Found prefix(Prefix prefix) {
        return field(prefix.field());
    }
}
