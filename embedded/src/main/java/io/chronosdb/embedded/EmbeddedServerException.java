package io.chronosdb.embedded;

import org.jspecify.annotations.Nullable;

/**
 * A server of this module did not start, stop or answer in time. The message says what happened and, for a child
 * process, ends with the telling lines of its log. Starting it again is always safe.
 */
public final class EmbeddedServerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EmbeddedServerException(String message) {
        super(message);
    }

    EmbeddedServerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
