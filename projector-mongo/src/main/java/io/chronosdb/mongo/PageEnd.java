package io.chronosdb.mongo;

import com.fasterxml.jackson.databind.JsonNode;
import io.chronosdb.document.Cursor;
import io.chronosdb.error.ChronosException.Invalid;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * Where a page of a list ended.
 *
 * @param values one per key of the sort, the id as its last
 */
record PageEnd(List<BsonValue> values) {
    /** The cursor that a caller gets. */
    String encode(String fingerprint) {
        int last = values.size() - 1;
        List<JsonNode> sorted =
                values.subList(0, last).stream().map(BsonJson::scalar).toList();
        return new Cursor(sorted, values.get(last).asString().getValue()).encode(fingerprint);
    }

    /** @throws Invalid if it is no cursor of such a list */
    static PageEnd decode(String text, String fingerprint, List<SortKey> keys) {
        Cursor cursor = Cursor.decode(text, fingerprint, keys.size() - 1);
        List<BsonValue> values = new ArrayList<>();
        for (int i = 0; i < cursor.values().size(); i++) {
            if (keys.get(i).typed() && cursor.values().get(i).isNull()) {
                throw new Invalid("not a cursor");
            }
            values.add(BsonJson.value(cursor.values().get(i)));
        }
        values.add(new BsonString(cursor.id()));
        return new PageEnd(values);
    }
}
