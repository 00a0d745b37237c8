package io.chronosdb.command.decide;

import io.chronosdb.event.Configured;
import io.chronosdb.event.Fact;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Version;
import io.chronosdb.port.Progress;

/** The other half of the Decider: what an event changes. The only place where state changes. */
public final class Evolution {
    private Evolution() {}

    /**
     * Writes what the event changes. It needs to read nothing: an event says everything in absolute terms.
     *
     * @param logged an event that continues the chain
     */
    public static void evolve(LoggedEvent logged, State.Writer state) {
        long offset = logged.position().offset();
        logged.event().fact().match(new Fact.Cases<Void>() {
            @Override
            public Void version(Version version) {
                state.item(
                        version.item(),
                        new ItemState(
                                version.ov(), version.cv(), version.at(), version.insertedAt(), version.deleted()));
                state.lastCv(version.item().collection(), version.cv());
                version.provenance()
                        .commandId()
                        .ifPresent(id -> state.remember(
                                version.item().collection(),
                                id,
                                new Remembered(
                                        version.item().id(),
                                        version.ov(),
                                        version.cv(),
                                        version.op(),
                                        version.at(),
                                        offset)));
                return null;
            }

            @Override
            public Void configured(Configured configured) {
                state.settings(DecisionSettings.parse(configured.settings()));
                return null;
            }
        });
        var event = logged.event();
        state.head(new Head(
                new Progress(
                        offset + 1,
                        new io.chronosdb.event.Chain(
                                        event.link().seq(), event.link().prev())
                                .advance(logged.hash())),
                event.at(),
                event.link().generation(),
                event.link().commandOffset()));
    }
}
