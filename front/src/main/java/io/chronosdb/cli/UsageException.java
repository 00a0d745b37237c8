package io.chronosdb.cli;

import org.jspecify.annotations.Nullable;

/** The command line asks for something that makes no sense; ends it with status 2. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(@Nullable String message) {
        super(message);
    }
}
