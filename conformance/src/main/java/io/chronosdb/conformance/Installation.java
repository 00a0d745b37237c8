package io.chronosdb.conformance;

import io.chronosdb.Chronos;
import io.chronosdb.ItemCollection;
import io.chronosdb.address.Database;
import io.chronosdb.address.Route;
import io.chronosdb.config.DatabaseConfig;

/**
 * What a promise is held against: two clients of one installation, as two processes have them, two of its databases, and a
 * collection that nobody else uses.
 *
 * @param one the client that most calls go through
 * @param two another one, which knows nothing of the first
 * @param home the database that most calls go to
 * @param abroad another one: who works here may never see home
 * @param opening how a client gets at a collection
 * @param collection a fresh name, the same in both databases
 * @param seed of random choices
 */
public record Installation(
        Chronos one, Chronos two, Database home, Database abroad, Opening opening, String collection, long seed) {
    /** The collection whose items are ordered one by one, if it is configured so. */
    public static final String BY_ITEM = "conformance-by-item";

    /** The collection that indexes little and requires something, if it is configured so. */
    public static final String STRICT = "conformance-strict";

    /** The counter rule that counts what is paid, if there is one. */
    public static final String PAID = "conformance-paid";

    /** How a client gets at a collection; a test puts a broken one in its place. */
    @FunctionalInterface
    public interface Opening {
        ItemCollection open(Chronos chronos, Route route);
    }

    /** The fresh collection at home, with a session of its own. */
    ItemCollection items() {
        return open(one, collection);
    }

    /** The same collection through the other client. */
    ItemCollection elsewhere() {
        return open(two, collection);
    }

    /** The collection of the same name in the other database. */
    ItemCollection abroadItems() {
        return opening.open(one, abroad.collection(collection));
    }

    /** Another fresh collection at home. */
    ItemCollection another(String suffix) {
        return open(one, collection + "-" + suffix);
    }

    /** Items that are ordered one by one: shared by all runs, so that ids have to be fresh. */
    ItemCollection byItem(Chronos client) {
        if (!isByItem(BY_ITEM)) {
            throw new NotHere("needs collectionMaps." + BY_ITEM + ".chooseKey=collection:objectId");
        }
        return open(client, BY_ITEM);
    }

    /** Items of which only some properties are indexed and some required: shared by all runs. */
    ItemCollection strict() {
        if (one.config().map(STRICT).requiredIndexed().isEmpty()) {
            throw new NotHere("needs collectionMaps." + STRICT + " as in docs/conformance.md");
        }
        return open(one, STRICT);
    }

    /** The fresh collection, which has to be ordered as a whole. */
    ItemCollection ordered() {
        requireOrdered();
        return items();
    }

    void requireOrdered() {
        if (isByItem(collection)) {
            throw new NotHere("needs a routing.chooseKey without objectId");
        }
    }

    boolean isByItem(String name) {
        DatabaseConfig database = one.config().database(home);
        return one.config().decisions(database).routing(name).byItem();
    }

    /** How many partitions a database's events have. */
    int partitions() {
        return one.config().kafka().partitions();
    }

    /** The largest document. */
    long payloadBytesMax() {
        return one.config().payloadBytesMax();
    }

    /** The configured name of the home database. */
    String dbName() {
        return one.config().database(home).dbName();
    }

    void requireCounterRule(String name) {
        if (one.config().counterRules().stream().noneMatch(rule -> rule.name().equals(name))) {
            throw new NotHere("needs the counter rule " + name + " of docs/conformance.md");
        }
    }

    /** An id that no other promise and no other run uses. */
    String id(String name) {
        return collection.substring("conformance-".length()) + "-" + name;
    }

    private ItemCollection open(Chronos client, String name) {
        return opening.open(client, home.collection(name));
    }

    Installation in(String fresh) {
        return new Installation(one, two, home, abroad, opening, fresh, seed);
    }
}
