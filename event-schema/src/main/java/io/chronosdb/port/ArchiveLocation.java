package io.chronosdb.port;

import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Position;

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

    /** How far the archiver is. */
    public ObjectKey progress(DatabasePartition partition) {
        return own("progress/" + partition + ".json");
    }

    /** Versions of a partition's events from one offset on, up to another, which is not among them. */
    public ObjectKey pack(DatabasePartition partition, long from, long end) {
        return own("packs/" + partition + "/" + from + "/" + end + ".pack");
    }

    /** Where all packs of a database are: ends with a slash. */
    public String packs(Database database) {
        return prefix + ".chronos/packs/" + database + "/";
    }

    /** An event that the archiver could not take. */
    public ObjectKey parkedEvent(Position position) {
        return own("parked/" + position.database() + "/" + position.partition() + "/" + position.offset() + ".json");
    }

    /** Where all of them are that are of one partition: ends with a slash. */
    public String parkedEvents(DatabasePartition partition) {
        return prefix + ".chronos/parked/" + partition + "/";
    }

    /** Says that the log is being made again from here, and is not whole. */
    public ObjectKey logRebuild() {
        return own("log-rebuild.json");
    }

    /** Says that someone wants something done about such events. */
    public ObjectKey askedOfParked(DatabasePartition partition) {
        return own("asked/" + partition + ".json");
    }

    /** The items that wait behind such events. */
    public ObjectKey parkedItems(DatabasePartition partition) {
        return own("parked/" + partition + ".json");
    }

    /** The event that the archiver tries again. */
    public ObjectKey retriedEvent(DatabasePartition partition) {
        return own("retrying/" + partition + ".json");
    }

    /** No collection's name starts with a dot, so this collides with none. */
    private ObjectKey own(String name) {
        return new ObjectKey(bucket, prefix + ".chronos/" + name);
    }
}
