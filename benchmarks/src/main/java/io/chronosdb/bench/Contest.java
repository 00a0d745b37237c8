package io.chronosdb.bench;

import java.io.Closeable;
import java.io.IOException;

/** Chronos and the floor, ready to be measured in turn. */
interface Contest extends Closeable {
    /** Runs both sides without being measured, so that the compilers have done their work. */
    default void warmUp(Effort effort) throws Exception {
        chronos(effort.warmUp());
        floor(effort.warmUp());
    }

    Figures chronos(Effort effort) throws Exception;

    /** {@link Figures#NONE} where there is nothing to compare with. */
    Figures floor(Effort effort) throws Exception;

    @Override
    default void close() throws IOException {}
}
