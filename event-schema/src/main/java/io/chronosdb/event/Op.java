package io.chronosdb.event;

import java.util.Locale;

/** What made a version. The order is that of the symbols in {@code Event.avsc}. */
public enum Op {
    CREATE("created"),
    UPDATE("updated"),
    DELETE("deleted"),
    ENRICH("enriched"),
    RESTORE("restored");

    private final String pastTense;

    Op(String pastTense) {
        this.pastTense = pastTense;
    }

    /** The name in documents, for example {@code create}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The CloudEvents type of its event, for example {@code io.chronosdb.item.created}. */
    public String eventType() {
        return "io.chronosdb.item." + pastTense;
    }

    /** The inverse of {@link #label()}. */
    public static Op parse(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
