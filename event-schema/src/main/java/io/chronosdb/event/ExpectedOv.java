package io.chronosdb.event;

import java.util.Optional;

/** What a writer expects of an item's version: one exact {@link Ov}, or {@link #ANY}. */
public sealed interface ExpectedOv permits Ov, ExpectedOv.Any {
    /** No expectation: the write applies to whatever version is the latest when it is decided. */
    ExpectedOv ANY = Any.INSTANCE;

    /** The exact version, or nothing where any will do. */
    Optional<Ov> exact();

    /** The one value of {@link #ANY}. */
    enum Any implements ExpectedOv {
        INSTANCE;

        @Override
        public Optional<Ov> exact() {
            return Optional.empty();
        }
    }
}
