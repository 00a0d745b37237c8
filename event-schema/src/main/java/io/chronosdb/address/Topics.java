package io.chronosdb.address;

import io.chronosdb.error.ChronosException.Invalid;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The names of a database's topics: {@code <prefix>.<database>.<kind>}.
 *
 * @param prefix {@code [A-Za-z0-9_-]{1,64}}; Kafka ACLs by prefix can be given per installation or per tenant
 */
public record Topics(String prefix) {
    /** What a topic of a database is for. */
    public enum Kind {
        COMMANDS("commands"),
        EVENTS("events"),
        REPLIES("replies"),
        TOTALS("totals"),
        DEAD_LETTERS("dead-letters");

        private final String suffix;

        Kind(String suffix) {
            this.suffix = suffix;
        }
    }

    public Topics {
        Names.require(Names.tenantProblem(prefix));
    }

    public String name(Database database, Kind kind) {
        return prefix + "." + database.value() + "." + kind.suffix;
    }

    public String events(Database database) {
        return name(database, Kind.EVENTS);
    }

    public String commands(Database database) {
        return name(database, Kind.COMMANDS);
    }

    /** Matches every topic of the kind, also of databases that are added later. */
    public Pattern all(Kind kind) {
        return Pattern.compile(Pattern.quote(prefix + ".") + ".+" + Pattern.quote("." + kind.suffix));
    }

    /** The database whose topic of this kind it is, or nothing if it is another topic. */
    public Optional<Database> database(String topic, Kind kind) {
        String start = prefix + ".";
        String end = "." + kind.suffix;
        if (!topic.startsWith(start) || !topic.endsWith(end) || topic.length() <= start.length() + end.length()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Database.parse(topic.substring(start.length(), topic.length() - end.length())));
        } catch (Invalid e) {
            return Optional.empty();
        }
    }
}
