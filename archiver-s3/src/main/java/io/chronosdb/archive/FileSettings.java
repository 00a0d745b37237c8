package io.chronosdb.archive;

import io.chronosdb.error.ChronosException.Invalid;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Where a file archive is, and what it may take.
 *
 * @param base the folder of all buckets; made where it is missing
 * @param threads that read and write; they mostly wait for the disk
 * @param waitingMax calls that wait for a thread; one more is refused as unavailable
 * @param deadline until a call completes
 */
public record FileSettings(Path base, int threads, int waitingMax, Duration deadline) {
    public FileSettings {
        if (threads < 1 || waitingMax < 1 || deadline.toMillis() < 1) {
            throw new Invalid("threads, waitingMax and deadline are positive: threads=" + threads + " waitingMax="
                    + waitingMax + " deadline=" + deadline);
        }
        base = base.toAbsolutePath().normalize();
    }

    /** Eight threads, so that the file system has some syncs to put together; far more calls than a window has. */
    public static FileSettings at(Path base) {
        return new FileSettings(base, 8, 4_096, Duration.ofSeconds(30));
    }
}
