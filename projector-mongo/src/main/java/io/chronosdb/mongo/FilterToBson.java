package io.chronosdb.mongo;

import com.fasterxml.jackson.databind.JsonNode;
import io.chronosdb.document.Filter;
import io.chronosdb.document.Filter.And;
import io.chronosdb.document.Filter.Compare;
import io.chronosdb.document.Filter.Exists;
import io.chronosdb.document.Filter.In;
import io.chronosdb.document.Filter.Not;
import io.chronosdb.document.Filter.Or;
import io.chronosdb.document.Filter.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonRegularExpression;

/**
 * A filter as a condition on heads or versions. It means what {@link Filter#matches} says, which a test holds against the server; nothing
 * of a caller's reaches the server as an operator or a pattern.
 */
final class FilterToBson implements Filter.Cases<BsonDocument> {
    private static final Pattern SPECIAL = Pattern.compile("[\\\\.*+?()\\[\\]{}|^$]");

    private final Place place;

    private FilterToBson(Place place) {
        this.place = place;
    }

    static BsonDocument translate(Filter filter, Place place) {
        return filter.match(new FilterToBson(place));
    }

    @Override
    public BsonDocument and(And and) {
        return Bsons.and(all(and.parts()));
    }

    @Override
    public BsonDocument or(Or or) {
        return Bsons.or(all(or.parts()));
    }

    @Override
    public BsonDocument not(Not not) {
        return Bsons.nor(not.part().match(this));
    }

    @Override
    public BsonDocument compare(Compare compare) {
        String path = place.path(compare.field());
        return compare.value().isNull()
                ? Bsons.isNullOrMissing(path)
                : Bsons.is(
                        path,
                        switch (compare.operator()) {
                            case EQ -> "$eq";
                            case GT -> "$gt";
                            case GTE -> "$gte";
                            case LT -> "$lt";
                            case LTE -> "$lte";
                        },
                        BsonJson.value(compare.value()));
    }

    @Override
    public BsonDocument in(In in) {
        String path = place.path(in.field());
        BsonArray values = new BsonArray();
        in.values().stream()
                .filter(value -> !value.isNull())
                .map(BsonJson::value)
                .forEach(values::add);
        List<BsonDocument> either = new ArrayList<>(List.of(Bsons.is(path, "$in", values)));
        if (in.values().stream().anyMatch(JsonNode::isNull)) {
            either.add(Bsons.isNullOrMissing(path));
        }
        return Bsons.or(either);
    }

    @Override
    public BsonDocument exists(Exists exists) {
        return Bsons.exists(place.path(exists.field()), true);
    }

    @Override
    public BsonDocument prefix(Prefix prefix) {
        return new BsonDocument(
                place.path(prefix.field()), new BsonRegularExpression("^" + literally(prefix.prefix())));
    }

    /** Character by character, which the server sees to be a range of its index, as it doesn't with a quoted whole. */
    private static String literally(String text) {
        return SPECIAL.matcher(BsonJson.wellFormed(text)).replaceAll("\\\\$0").replace("\0", "\\x00");
    }

    private List<BsonDocument> all(List<Filter> parts) {
        return parts.stream().map(part -> part.match(this)).toList();
    }
}
