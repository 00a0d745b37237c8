package io.chronosdb.port;

import java.util.Map;

/**
 * A record to append.
 *
 * @param key may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record NewRecord(String key, byte[] value, Map<String, String> headers) {}
