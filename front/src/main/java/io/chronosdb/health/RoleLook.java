package io.chronosdb.health;

import io.chronosdb.port.RoleStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A role, as it was seen, without its partitions. */
record RoleLook(String role, boolean alive, RoleStatus status) {
    Optional<Problem> problem(Instant now, Duration patience, boolean mayStart) {
        if (!alive) {
            return Optional.of(
                    new Problem(role, "", "has ended and does not go on; only a new process helps", status.since()));
        }
        if (!status.member() && (!mayStart || Health.isLonger(status.since(), now, patience))) {
            String why = status.cause().map(cause -> ": cause=" + cause).orElse("");
            return Optional.of(new Problem(role, "", "has not joined its group" + why, status.since()));
        }
        return Optional.empty();
    }
}
