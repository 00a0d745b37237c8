package io.chronosdb.archive;

import io.chronosdb.address.ItemKey;
import io.chronosdb.event.Ov;

/**
 * A version in a pack.
 *
 * @param body the bytes that its object would have; not a copy, and must not be changed
 */
record PackedVersion(ItemKey item, Ov ov, byte[] body) {
    /** Which one it is. */
    record Name(ItemKey item, Ov ov) {
        @Override
        public String toString() {
            return item + "@" + ov;
        }
    }

    Name name() {
        return new Name(item, ov);
    }

    @Override
    public String toString() {
        return name() + "[" + body.length + " bytes]";
    }
}
