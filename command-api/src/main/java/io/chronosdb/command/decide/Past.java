package io.chronosdb.command.decide;

import io.chronosdb.address.ItemKey;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.event.Ov;
import java.util.Optional;

/** Finds the version that an item had at a point. Time and collection version both grow along an item's versions. */
final class Past {
    private Past() {}

    /**
     * The last version that is not behind the point, by bisection.
     *
     * @param latest the item's latest version
     * @return nothing if the item is younger, or does not keep the version
     */
    static Optional<VersionState> find(State state, ItemKey item, Ov latest, RestorePoint point) {
        long low = 0;
        long high = latest.value();
        Optional<VersionState> found = Optional.empty();
        while (low <= high) {
            long middle = low + (high - low) / 2;
            Optional<VersionState> version = state.version(item, new Ov(middle));
            if (version.isEmpty()) {
                low = middle + 1; // Not kept: only earlier ones are not.
            } else if (isBehind(version.get(), point)) {
                high = middle - 1;
            } else {
                found = version;
                low = middle + 1;
            }
        }
        return found;
    }

    private static boolean isBehind(VersionState version, RestorePoint point) {
        if (point instanceof RestorePoint.AtOv at) {
            return version.ov().compareTo(at.ov()) > 0;
        }
        return point instanceof RestorePoint.AtCv at
                ? version.cv().compareTo(at.cv()) > 0
                : version.at().isAfter(((RestorePoint.AtTime) point).time());
    }
}
