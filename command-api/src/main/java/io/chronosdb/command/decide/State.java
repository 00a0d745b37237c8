package io.chronosdb.command.decide;

import io.chronosdb.address.ItemKey;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import java.util.List;
import java.util.Optional;

/** What a partition's events add up to, as far as deciding needs it. */
public interface State {
    Optional<ItemState> item(ItemKey item);

    /** A version of an item, unless the item does not keep it. */
    Optional<VersionState> version(ItemKey item, Ov ov);

    /** The document of a version, if it is at hand: who needs another one has to fetch it first. */
    Optional<Payload> payload(ItemKey item, Ov ov);

    /** The highest version of the collection within this partition. */
    Optional<Cv> lastCv(String collection);

    /** @param scope the command's {@link io.chronosdb.command.Command#scope} */
    Optional<Remembered> remembered(String scope, String commandId);

    Head head();

    /** Nothing before the partition's first event. */
    Optional<DecisionSettings> settings();

    /** A state whose items can be walked through. */
    interface Walkable extends State {
        /** An item's id and what is known of it. */
        record Entry(String id, ItemState state) {}

        /**
         * The items of a collection by id, in the order of its bytes.
         *
         * @param after only those behind this id, if given
         * @param limit at most this many
         */
        List<Entry> items(String collection, Optional<String> after, int limit);
    }

    /** Takes what an event changes. */
    interface Writer {
        void item(ItemKey item, ItemState state);

        /** @param payload of the version, if it has one: who keeps documents may keep it */
        void version(ItemKey item, VersionState version, Optional<Payload> payload);

        /** The item keeps no versions below this one. */
        void forgetVersions(ItemKey item, Ov below);

        void lastCv(String collection, Cv cv);

        void remember(String scope, String commandId, Remembered remembered);

        void head(Head head);

        void settings(DecisionSettings settings);
    }
}
