package io.chronosdb.archive;

import io.chronosdb.error.ChronosException.Invalid;
import java.time.Duration;

/**
 * What an S3 archive may take of time and connections.
 *
 * @param connect until a connection is there
 * @param attempt until one request is answered
 * @param call until a call is, with all its attempts: the deadline that the archive promises
 * @param attemptsMax requests per call that the SDK makes before it gives up, at least 1
 * @param connectionsMax to the server; calls beyond them wait
 */
public record S3Limits(Duration connect, Duration attempt, Duration call, int attemptsMax, int connectionsMax) {
    /** A request that is not answered within 10 s is lost more often than late; 64 connections fit the window. */
    public static final S3Limits DEFAULT =
            new S3Limits(Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(30), 4, 64);

    public S3Limits {
        if (connect.toMillis() < 1
                || attempt.compareTo(connect) < 0
                || call.compareTo(attempt) < 0
                || attemptsMax < 1
                || connectionsMax < 1) {
            throw new Invalid("limits are positive, and connect <= attempt <= call: connect=" + connect + " attempt="
                    + attempt + " call=" + call + " attemptsMax=" + attemptsMax + " connectionsMax=" + connectionsMax);
        }
    }
}
