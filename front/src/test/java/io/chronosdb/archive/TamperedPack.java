package io.chronosdb.archive;

import io.chronosdb.address.ItemKey;
import io.chronosdb.event.Ov;

/** A pack that is whole, and not what the log says. */
public final class TamperedPack {
    private TamperedPack() {}

    /** The item of its first version. */
    public static ItemKey first(byte[] pack) {
        return PackIndex.readAll(pack).get(0).item();
    }

    /** The pack with another body for a version of it, or with one more version. */
    public static byte[] of(byte[] pack, ItemKey item, Ov ov, byte[] body) {
        PackWriter writer = new PackWriter();
        boolean unused = writer.add(new PackedVersion(new PackedVersion.Name(item, ov), body));
        PackIndex.readAll(pack).forEach(writer::add); // One that is there already stays as it is.
        return writer.bytes();
    }
}
