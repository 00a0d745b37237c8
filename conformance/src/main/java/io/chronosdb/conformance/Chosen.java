package io.chronosdb.conformance;

import io.chronosdb.address.Database;
import io.chronosdb.address.DatabaseType;
import io.chronosdb.address.Route;
import io.chronosdb.address.Tier;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.config.DatabaseConfig;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The two databases of a configuration that are used. */
record Chosen(Database home, Database abroad) {
    /**
     * The named tenants' databases, as far as tenants are named; else tenants of the type, else whatever there is.
     *
     * @throws IllegalArgumentException if there are fewer than two
     */
    static Chosen of(ChronosConfig config, DatabaseType type, List<String> tenants) {
        Set<Database> found = new LinkedHashSet<>();
        tenants.forEach(tenant -> found.add(Route.tenant(type, tenant)));
        config.inOrder().stream()
                .map(DatabaseConfig::database)
                .sorted(Comparator.comparing((Database database) -> database.type() != type)
                        .thenComparing(database -> database.tier() != Tier.TENANT))
                .forEach(found::add);
        if (found.size() < 2) {
            throw new IllegalArgumentException("two databases are needed, the configuration has " + found
                    + "; name tenants with --tenant where they are dynamic");
        }
        List<Database> two = found.stream().limit(2).toList();
        two.forEach(config::database); // Refuses a tenant that there is not.
        return new Chosen(two.get(0), two.get(1));
    }
}
