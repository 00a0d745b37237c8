package io.chronosdb.config;

import io.chronosdb.address.Database;
import io.chronosdb.address.DatabaseType;
import io.chronosdb.error.ChronosException.UnknownRoute;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The tenants of a database type that the configuration does not name: every id that matches has a database, from its
 * first write on.
 *
 * @param pattern what an id must match entirely
 */
public record DynamicTenants(
        DatabaseType type,
        String dbConnRef,
        String spaceConnRef,
        TenantNames bucket,
        TenantNames dbName,
        Optional<TenantNames> analyticsDbName,
        Pattern pattern) {
    /**
     * The id's database; nothing if the id does not match.
     *
     * @throws UnknownRoute if it matches and makes a name that there cannot be
     */
    Optional<DatabaseConfig> database(Database database) {
        String id = database.name();
        if (!pattern.matcher(id).matches()) {
            return Optional.empty();
        }
        if (id.startsWith("domain_")) {
            throw new UnknownRoute("Kafka cannot tell the tenant's topics from a domain's: tenant=" + id);
        }
        String name = dbName.of(id, TenantNames.DATABASE, "dbName");
        return Optional.of(new DatabaseConfig(
                database,
                dbConnRef,
                spaceConnRef,
                bucket.of(id, TenantNames.BUCKET, "bucket"),
                database.value() + "/",
                name,
                analyticsDbName
                        .map(names -> names.of(id, TenantNames.DATABASE, "analyticsDbName"))
                        .orElse(name)));
    }

    /** By its pattern's text: compiled ones are never equal. */
    @Override
    public boolean equals(Object other) {
        return other instanceof DynamicTenants tenants && toString().equals(tenants.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }
}
