package io.chronosdb.command.state;

import io.chronosdb.command.decide.State;
import io.chronosdb.event.LoggedEvent;
import java.util.List;

/** The kept state of one partition. For one thread. */
public interface PartitionState extends State.Walkable, AutoCloseable {
    /** Folds accepted events in, whole or not at all, together with how far they go. */
    void commit(List<LoggedEvent> events);

    /** Forgets everything: the state is {@link io.chronosdb.command.decide.Head#START} again. */
    void reset();

    /** The generation of the events topic that the state was folded from; empty before {@link #belongsTo}. */
    String eventsGeneration();

    /** Records which events topic the state is folded from. */
    void belongsTo(String eventsGeneration);

    @Override
    void close();
}
