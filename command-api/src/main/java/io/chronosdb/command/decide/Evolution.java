package io.chronosdb.command.decide;

import io.chronosdb.command.decide.Remembered.Made;
import io.chronosdb.event.Chain;
import io.chronosdb.event.Configured;
import io.chronosdb.event.Event;
import io.chronosdb.event.Fact;
import io.chronosdb.event.Keeps;
import io.chronosdb.event.Link;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Transaction;
import io.chronosdb.event.Version;
import io.chronosdb.port.Progress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The other half of the Decider: what an event changes. The only place where state changes. */
public final class Evolution {
    private Evolution() {}

    /**
     * Writes what the event changes. It needs to read nothing: an event says everything in absolute terms.
     *
     * @param logged an event that continues the chain
     */
    public static void evolve(LoggedEvent logged, State.Writer state) {
        Event event = logged.event();
        long offset = logged.position().offset();
        event.fact().match(new Fact.Cases<Void>() {
            @Override
            public Void version(Version version) {
                remember(version.item().collection(), List.of(version), logged, state);
                return null;
            }

            @Override
            public Void transaction(Transaction transaction) {
                remember("", transaction.versions(), logged, state);
                return null;
            }

            @Override
            public Void configured(Configured configured) {
                state.settings(DecisionSettings.parse(configured.settings()));
                return null;
            }
        });
        event.fact().versions().forEach(version -> version(version, offset, state));
        state.head(head(logged));
    }

    private static void version(Version version, long offset, State.Writer state) {
        VersionState latest = VersionState.of(version, offset);
        state.item(
                version.item(),
                new ItemState(
                        latest,
                        version.insertedAt(),
                        version.lineage(),
                        version.provenance().functionIds(),
                        version.kept().firstKept(version.ov())));
        state.lastCv(version.item().collection(), version.cv());
        if (!version.kept().nothing()) {
            state.version(version.item(), latest, version.payload());
        }
        if (version.kept().keeps() != Keeps.ALL) {
            state.forgetVersions(version.item(), version.ov());
        }
    }

    /** A command of several events is remembered with its last one. */
    private static void remember(String scope, List<Version> versions, LoggedEvent logged, State.Writer state) {
        Link link = logged.event().link();
        Optional<String> commandId = versions.get(0).provenance().commandId();
        if (commandId.isPresent() && link.last()) {
            List<Made> made = versions.stream().map(Evolution::made).toList();
            state.remember(
                    scope,
                    commandId.get(),
                    new Remembered(
                            made,
                            link.index() + 1L,
                            logged.event().at(),
                            logged.position().offset()));
        }
    }

    static Made made(Version version) {
        return new Made(version.item().id(), version.ov(), version.cv(), version.op(), version.at());
    }

    private static Head head(LoggedEvent logged) {
        Event event = logged.event();
        Link link = event.link();
        List<Version> versions = event.fact().versions();
        // Versions of one event have one time, but each takes a microsecond, which makes their stamps unique.
        Instant taken = event.at().plusNanos(1_000L * Math.max(0, versions.size() - 1));
        Optional<Head.Unfinished> unfinished = link.last()
                ? Optional.empty()
                : Optional.of(new Head.Unfinished(
                        link.index() + 1, versions.get(0).item().id()));
        return new Head(
                new Progress(logged.position().offset() + 1, new Chain(link.seq(), link.prev()).advance(logged.hash())),
                taken,
                link.generation(),
                link.commandOffset(),
                unfinished);
    }
}
