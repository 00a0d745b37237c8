package io.chronosdb.log;

import io.chronosdb.event.Chain;
import io.chronosdb.event.Event;
import io.chronosdb.event.EventCodec;
import io.chronosdb.event.Hash;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Position;
import io.chronosdb.event.SingleObject.MalformedRecord;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.Progress;
import java.util.ArrayList;
import java.util.List;

/** Records as events, by the one rule of every reader: what does not continue the chain is skipped. */
public final class ChainReader {
    private ChainReader() {}

    /**
     * What of a run of records counts.
     *
     * @param events the accepted ones, in order
     * @param after the progress behind the last record
     */
    public record Run(List<LoggedEvent> events, Progress after) {}

    /**
     * Reads records as events.
     *
     * @param records consecutive ones from {@code before.next()} on
     * @throws io.chronosdb.error.ChronosException.Unavailable if the chain goes on with an event that only a later version can read
     */
    public static Run read(DatabasePartition partition, Iterable<LogRecord> records, Progress before) {
        List<LoggedEvent> accepted = new ArrayList<>();
        long next = before.next();
        Chain chain = before.chain();
        for (LogRecord record : records) {
            next = record.offset() + 1;
            Event event;
            try {
                event = EventCodec.decode(record.value());
            } catch (MalformedRecord e) {
                if (EventCodec.continuesUnread(record.value(), chain)) {
                    throw EventCodec.writtenLater(partition, record.offset());
                }
                continue; // It continues no chain.
            }
            if (chain.accepts(event)) {
                Hash hash = Hash.of(record.value());
                chain = chain.advance(hash);
                accepted.add(new LoggedEvent(
                        event, hash, new Position(partition.database(), partition.number(), record.offset())));
            }
        }
        return new Run(accepted, new Progress(next, chain));
    }
}
