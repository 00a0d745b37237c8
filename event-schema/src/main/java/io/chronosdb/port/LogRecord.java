package io.chronosdb.port;

import java.time.Instant;
import java.util.Map;

/**
 * A record as it lies in the log. The value is not copied and must not be changed.
 *
 * @param appendedAt when the broker appended it, or its producer made it: as the topic is configured
 * @param headers as text; a header that stands twice has its last value
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared: its identity is partition and offset.
public record LogRecord(
        LogPartition partition,
        long offset,
        Instant appendedAt,
        String key,
        byte[] value,
        Map<String, String> headers) {}
