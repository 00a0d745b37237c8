package io.chronosdb.port;

import io.chronosdb.address.ItemKey;
import io.chronosdb.event.Ov;

/**
 * Where a database's objects are: a pure function of the item and its version, so that they are found without an index.
 *
 * @param prefix empty, or ends with a slash: what keeps databases apart that share a bucket
 */
public record ArchiveLocation(String bucket, String prefix) {
    public ObjectKey item(ItemKey item, Ov ov) {
        return new ObjectKey(bucket, prefix + item.collection() + "/" + item.id() + "/v" + ov + "/item.json");
    }

    /** The bytes of a base64 property. */
    public ObjectKey blob(ItemKey item, Ov ov, String property) {
        return beside(item, ov, property, "blob.bin");
    }

    /** The same as text in UTF-8, where they are text. */
    public ObjectKey text(ItemKey item, Ov ov, String property) {
        return beside(item, ov, property, "text.txt");
    }

    private ObjectKey beside(ItemKey item, Ov ov, String property, String name) {
        return new ObjectKey(
                bucket, prefix + item.collection() + "/" + item.id() + "/v" + ov + "/" + property + "/" + name);
    }

    /** No collection's name starts with a dot, so this collides with none. */
    public ObjectKey progress(DatabasePartition partition) {
        return new ObjectKey(
                bucket, prefix + ".chronos/progress/" + partition.database() + "/" + partition.number() + ".json");
    }
}
