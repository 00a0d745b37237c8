package io.chronosdb.conformance;

/** An installation is not configured for a promise. The message says what is missing. */
public final class NotHere extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotHere(String missing) {
        super(missing);
    }
}
