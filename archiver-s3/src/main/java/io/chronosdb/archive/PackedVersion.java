package io.chronosdb.archive;

import io.chronosdb.address.ItemKey;
import io.chronosdb.event.Ov;

/** A version in a pack. */
final class PackedVersion {
    private final Name name;
    private final byte[] body;

    /** Which one it is. */
    record Name(ItemKey item, Ov ov) {
        @Override
        public String toString() {
            return item + "@" + ov;
        }
    }

    /** @param body the bytes that its object would have; not copied, and must not be changed */
    PackedVersion(Name name, byte[] body) {
        this.name = name;
        this.body = body;
    }

    Name name() {
        return name;
    }

    ItemKey item() {
        return name.item();
    }

    Ov ov() {
        return name.ov();
    }

    /** Not a copy: must not be changed. */
    byte[] body() {
        return body;
    }

    @Override
    public String toString() {
        return name + "[" + body.length + " bytes]";
    }
}
