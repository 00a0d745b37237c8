package io.chronosdb.changes;

import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import io.chronosdb.port.Progress;
import java.util.function.Function;

/**
 * What changes are read from.
 *
 * @param indexed how far a projection says that it has followed a partition: only a hint where to begin looking for the
 *     end, checked against the log; {@link Progress#START} if there is none
 */
public record ChangeSource(Log log, Function<DatabasePartition, Progress> indexed) {}
