package io.chronosdb.port;

import io.chronosdb.error.ChronosException.Invalid;

/** Text that never appears in a {@code toString}, so that it does not leak by way of a record that holds it. */
public final class Secret {
    private final String value;

    /** @throws Invalid if it is blank */
    public Secret(String value) {
        if (value.isBlank()) {
            throw new Invalid("a secret is not blank");
        }
        this.value = value;
    }

    /** The text, for whoever has to sign with it. */
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && value.equals(secret.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
