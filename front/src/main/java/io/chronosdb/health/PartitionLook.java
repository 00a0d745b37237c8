package io.chronosdb.health;

import io.chronosdb.port.Condition;
import io.chronosdb.port.PartitionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A role at a partition, as it was seen.
 *
 * @param end the offset behind the last record of what it reads, if that could be asked
 * @param oldest a time at which the record at its position was in the log already; empty if there is none, or that is not
 *     known
 * @param still since when there is something to do and nothing happens
 */
record PartitionLook(
        String role, PartitionStatus status, OptionalLong end, Optional<Instant> oldest, Optional<Instant> still) {
    /** How it is, in a word. */
    enum State {
        /** Finds out where it stands. */
        STARTING,
        /** Has done all there is. */
        IDLE,
        /** Works. */
        RUNNING,
        /** Tries again and again what fails, because something that it needs is not there. */
        WAITING,
        /** Has given up until a person has looked. */
        STOPPED
    }

    State state() {
        return switch (status.condition().state()) {
            case STARTING -> State.STARTING;
            case WAITING -> State.WAITING;
            case STOPPED -> State.STOPPED;
            case FOLLOWING -> lagEvents().orElse(1) == 0 ? State.IDLE : State.RUNNING;
        };
    }

    /** Records between its position and the end; not known without both. */
    OptionalLong lagEvents() {
        return status.position().isPresent() && end.isPresent()
                ? OptionalLong.of(
                        Math.max(0, end.getAsLong() - status.position().getAsLong()))
                : OptionalLong.empty();
    }

    /** How old the oldest record is that it has not done; none if there is none. */
    Duration lag(Instant now) {
        return oldest.filter(at -> at.isBefore(now))
                .map(at -> Duration.between(at, now))
                .orElse(Duration.ZERO);
    }

    /** What is wrong with it. */
    Optional<Problem> problem(Instant now, Duration patience, boolean mayStart) {
        Condition condition = status.condition();
        boolean tooLong = Health.isLonger(condition.since(), now, patience);
        Optional<Instant> stuck = still.filter(since -> Health.isLonger(since, now, patience));
        String place = status.partition().toString();
        String why = condition.cause().map(cause -> " cause=" + cause).orElse("");
        return switch (condition.state()) {
            case STOPPED ->
                Optional.of(new Problem(
                        role, place, "stopped at an event that it cannot take:" + at() + why, condition.since()));
            case WAITING ->
                tooLong || stuck.isPresent()
                        ? Optional.of(new Problem(role, place, "waits:" + at() + why, condition.since()))
                        : Optional.empty();
            case STARTING ->
                tooLong || !mayStart
                        ? Optional.of(new Problem(role, place, "is starting" + why, condition.since()))
                        : Optional.empty();
            case FOLLOWING -> stuck.map(since -> new Problem(role, place, "is running but not moving:" + at(), since));
        };
    }

    private String at() {
        StringBuilder at = new StringBuilder();
        status.position().ifPresent(position -> at.append(" position=").append(position));
        lagEvents().ifPresent(lag -> at.append(" lagEvents=").append(lag));
        return at.toString();
    }
}
