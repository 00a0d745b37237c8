package io.chronosdb.address;

/**
 * Where a call goes: a collection of one database. Every read and write has one; there is no call without.
 *
 * <pre>{@code Route.runtime("tenant-a").collection("users")}</pre>
 */
public record Route(Database database, String collection) {
    public Route {
        Names.require(Names.collectionProblem(collection));
    }

    /** A tenant's runtime database. */
    public static Database runtime(String tenantId) {
        return tenant(DatabaseType.RUNTIME, tenantId);
    }

    public static Database tenant(DatabaseType type, String tenantId) {
        return new Database(type, Tier.TENANT, tenantId);
    }

    public static Database domain(DatabaseType type, String domain) {
        return new Database(type, Tier.DOMAIN, domain);
    }

    public static Database generic(DatabaseType type) {
        return new Database(type, Tier.GENERIC, "");
    }

    /** The one logs database. */
    public static Database logs() {
        return generic(DatabaseType.LOGS);
    }

    public ItemKey item(String id) {
        return new ItemKey(collection, id);
    }
}
