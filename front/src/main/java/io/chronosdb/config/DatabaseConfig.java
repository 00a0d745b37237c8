package io.chronosdb.config;

import io.chronosdb.address.Database;

/**
 * One configured database.
 *
 * @param dbConnRef which MongoDB
 * @param spaceConnRef which S3; empty with local storage
 * @param bucket where its payloads are
 * @param prefix of its objects' keys in the bucket: empty, or ends with a slash. By default its name, so that databases that
 *     share a bucket are apart, and stay where they are when another one comes
 * @param dbName its MongoDB database
 * @param analyticsDbName where its totals are; {@code dbName} unless configured
 */
public record DatabaseConfig(
        Database database,
        String dbConnRef,
        String spaceConnRef,
        String bucket,
        String prefix,
        String dbName,
        String analyticsDbName) {}
