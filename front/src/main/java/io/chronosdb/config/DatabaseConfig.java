package io.chronosdb.config;

import io.chronosdb.address.Database;

/**
 * One configured database.
 *
 * @param dbConnRef which MongoDB
 * @param spaceConnRef which S3; empty with local storage
 * @param bucket where its payloads are
 * @param dbName its MongoDB database
 * @param analyticsDbName where its totals are; {@code dbName} unless configured
 */
public record DatabaseConfig(
        Database database,
        String dbConnRef,
        String spaceConnRef,
        String bucket,
        String dbName,
        String analyticsDbName) {}
