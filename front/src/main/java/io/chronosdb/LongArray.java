package io.chronosdb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An array that is compared as a whole: a text, to who looks into nodes, that is equal to the same array only. */
final class LongArray extends TextNode {
    private static final long serialVersionUID = 1L;

    /** No document's text is equal to it. */
    private static final String NO_TEXT = UUID.randomUUID().toString();

    private final ArrayNode array;

    LongArray(ArrayNode array) {
        super(NO_TEXT);
        this.array = array;
    }

    ArrayNode array() {
        return array;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LongArray that && array.equals(that.array);
    }

    @Override
    public int hashCode() {
        return array.hashCode();
    }
}
