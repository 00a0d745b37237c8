package io.chronosdb.port;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a role of a process is.
 *
 * @param member whether it is a member of its group, which gives it partitions, perhaps none
 * @param since since when it is that, or is not
 * @param cause what kind of failure keeps it from being one, if it is known
 * @param partitions those that are its own at the moment
 */
public record RoleStatus(boolean member, Instant since, Optional<String> cause, List<PartitionStatus> partitions) {
    public static RoleStatus joining(Instant since, Optional<String> cause) {
        return new RoleStatus(false, since, cause, List.of());
    }

    public static RoleStatus joined(Instant since) {
        return new RoleStatus(true, since, Optional.empty(), List.of());
    }

    public RoleStatus with(List<PartitionStatus> own) {
        return new RoleStatus(member, since, cause, own);
    }
}
