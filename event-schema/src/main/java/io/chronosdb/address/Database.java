package io.chronosdb.address;

import io.chronosdb.error.ChronosException.Invalid;
import java.util.Locale;

/**
 * The address of one database: the unit of tenant isolation. It has topics, an index and an archive of its own.
 *
 * @param name the tenant's or domain's name; empty in the generic tier
 */
public record Database(DatabaseType type, Tier tier, String name) implements Comparable<Database> {
    public Database {
        if (tier == Tier.GENERIC) {
            if (!name.isEmpty()) {
                throw new Invalid("the generic tier has no tenant or domain: name=" + name);
            }
        } else {
            Names.require(Names.tenantProblem(name));
        }
        if (type == DatabaseType.RUNTIME && tier != Tier.TENANT) {
            throw new Invalid("runtime databases exist per tenant only: tier=" + tier.label());
        }
        if (type == DatabaseType.LOGS && tier != Tier.GENERIC) {
            throw new Invalid("there is one logs database for all: tier=" + tier.label());
        }
    }

    /** The name in topics, tokens and on the command line: {@code runtime.acme}, {@code knowledge.domain.health}, … */
    public String value() {
        if (type == DatabaseType.LOGS) {
            return type.label();
        }
        return switch (tier) {
            case GENERIC -> type.label() + ".generic";
            case DOMAIN -> type.label() + ".domain." + name;
            case TENANT -> type.label() + "." + name;
        };
    }

    /**
     * The inverse of {@link #value()}.
     *
     * @throws Invalid if the text is no database's name
     */
    public static Database parse(String value) {
        if (value.equals("logs")) {
            return new Database(DatabaseType.LOGS, Tier.GENERIC, "");
        }
        String[] parts = value.split("\\.", -1);
        for (DatabaseType type : DatabaseType.values()) {
            if (parts[0].equals(type.name().toLowerCase(Locale.ROOT))) {
                if (parts.length == 2) {
                    return parts[1].equals("generic")
                            ? new Database(type, Tier.GENERIC, "")
                            : new Database(type, Tier.TENANT, parts[1]);
                }
                if (parts.length == 3 && parts[1].equals("domain")) {
                    return new Database(type, Tier.DOMAIN, parts[2]);
                }
            }
        }
        throw new Invalid("no database's name: name=" + value);
    }

    public Route collection(String collection) {
        return new Route(this, collection);
    }

    @Override
    public int compareTo(Database other) {
        return value().compareTo(other.value());
    }

    @Override
    public String toString() {
        return value();
    }
}
