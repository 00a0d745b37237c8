package io.chronosdb.archive;

import io.chronosdb.error.ChronosException.Invalid;
import java.time.Duration;

/**
 * How much an archiver has in flight at once, over all partitions: what bounds its memory and its connections.
 *
 * @param putsMax objects, at least 1
 * @param bytesMax their bytes, at least 1; an object that is larger goes alone
 * @param patience how long to wait while nothing completes; longer than the archive's own deadline
 */
public record Window(int putsMax, int bytesMax, Duration patience) {
    /** 64 puts make 640 a second of a server that takes 100 ms for one; they are rarely as large as 32 MiB together. */
    public static final Window DEFAULT = new Window(64, 32 << 20, Duration.ofSeconds(60));

    public Window {
        if (putsMax < 1 || bytesMax < 1 || patience.isNegative() || patience.isZero()) {
            throw new Invalid("a window has a put, a byte and some patience at least: putsMax=" + putsMax + " bytesMax="
                    + bytesMax + " patience=" + patience);
        }
    }
}
