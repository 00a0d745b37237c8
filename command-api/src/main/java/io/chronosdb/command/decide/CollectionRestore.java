package io.chronosdb.command.decide;

import io.chronosdb.address.ItemKey;
import io.chronosdb.command.Action.RestoreCollection;
import java.util.Optional;

/**
 * What going back with a collection does to each of its items. The answer for an item does not change while the collection
 * is gone through, because versions that are added lie behind the point: so it can be done in pieces, and gone on with after
 * a crash from the last item that has its new version.
 */
public record CollectionRestore(RestoreCollection action) {
    /**
     * A version that the item needs.
     *
     * @param target the version to repeat; absent where the item is to be deleted because it is younger
     */
    public record Change(ItemKey item, ItemState present, Optional<VersionState> target) {
        /** Whether the item gets a document. */
        public boolean restores() {
            return target.filter(version -> !version.deleted()).isPresent();
        }
    }

    /** What the item needs to be as it was; nothing if it is. */
    public Optional<Change> change(State state, ItemKey item, ItemState present) {
        Optional<VersionState> target = Past.find(state, item, present.ov(), action.to());
        if (target.isEmpty()) {
            return present.deleted() || action.keepNewer()
                    ? Optional.empty()
                    : Optional.of(new Change(item, present, target));
        }
        return target.get().document().equals(present.latest().document())
                ? Optional.empty()
                : Optional.of(new Change(item, present, target));
    }
}
