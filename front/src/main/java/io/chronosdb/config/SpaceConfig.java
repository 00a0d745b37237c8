package io.chronosdb.config;

import io.chronosdb.port.Secret;

/**
 * A connection to an S3-compatible store.
 *
 * @param forcePathStyle whether the bucket is in the path rather than in the host's name
 */
public record SpaceConfig(String endpoint, String region, Secret accessKey, Secret secretKey, boolean forcePathStyle) {}
