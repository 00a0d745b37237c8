package io.chronosdb.command.decide;

import io.chronosdb.event.Lineage;
import io.chronosdb.event.Ov;
import java.time.Instant;
import java.util.List;

/**
 * What deciding needs to know of an item.
 *
 * @param insertedAt when its first version was made
 * @param functionIds who has enriched it so far
 * @param firstKept the first version that projections have of it
 */
public record ItemState(
        VersionState latest, Instant insertedAt, Lineage lineage, List<String> functionIds, Ov firstKept) {
    public ItemState {
        functionIds = List.copyOf(functionIds);
    }

    public Ov ov() {
        return latest.ov();
    }

    public boolean deleted() {
        return latest.deleted();
    }
}
