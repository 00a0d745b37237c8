package io.chronosdb.command.decide;

import io.chronosdb.address.ItemKey;
import io.chronosdb.event.Cv;
import java.util.Optional;

/** What a partition's events add up to, as far as deciding needs it. */
public interface State {
    Optional<ItemState> item(ItemKey item);

    /** The highest version of the collection within this partition. */
    Optional<Cv> lastCv(String collection);

    Optional<Remembered> remembered(String collection, String commandId);

    Head head();

    /** Nothing before the partition's first event. */
    Optional<DecisionSettings> settings();

    /** Takes what an event changes. */
    interface Writer {
        void item(ItemKey item, ItemState state);

        void lastCv(String collection, Cv cv);

        void remember(String collection, String commandId, Remembered remembered);

        void head(Head head);

        void settings(DecisionSettings settings);
    }
}
