package io.chronosdb.counters;

import io.chronosdb.event.Chain;
import io.chronosdb.event.Event;
import io.chronosdb.event.EventCodec;
import io.chronosdb.event.Hash;
import io.chronosdb.event.SingleObject.MalformedRecord;
import io.chronosdb.event.Version;
import io.chronosdb.port.Progress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one record of an events partition means to a reader that is this far. Pure.
 *
 * @param after how far it is then
 * @param versions what is to be counted; none for copies, leftovers, malformed records and facts that are no versions
 * @param anew whether the log begins anew: its topic was deleted and created again, so that what was counted is void
 */
record Step(Progress after, List<Version> versions, boolean anew) {
    static Step of(Progress before, long offset, byte @Nullable [] value) {
        Optional<Event> event = decode(value);
        boolean repeated = offset < before.next();
        if (repeated && event.filter(Chain.START::accepts).isEmpty()) {
            return new Step(before, List.of(), false);
        }
        Chain chain = repeated ? Chain.START : before.chain();
        if (value != null && EventCodec.continuesUnread(value, chain)) {
            throw EventCodec.writtenLater("counters", offset);
        }
        if (value == null || event.filter(chain::accepts).isEmpty()) {
            return new Step(new Progress(offset + 1, chain), List.of(), false);
        }
        Progress after = new Progress(offset + 1, chain.advance(Hash.of(value)));
        return new Step(after, event.get().fact().versions(), repeated);
    }

    private static Optional<Event> decode(byte @Nullable [] value) {
        try {
            return value == null ? Optional.empty() : Optional.of(EventCodec.decode(value));
        } catch (MalformedRecord e) {
            return Optional.empty();
        }
    }
}
