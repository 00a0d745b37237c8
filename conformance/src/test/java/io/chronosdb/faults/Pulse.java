package io.chronosdb.faults;

import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.command.Receipt;
import io.chronosdb.error.ChronosException;
import io.chronosdb.error.ChronosException.OutcomeUnknown;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Op;
import io.chronosdb.faults.History.Call;
import io.chronosdb.faults.History.ItemId;
import io.chronosdb.faults.History.Made;
import io.chronosdb.faults.History.Part;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Writes to one partition all the time, to see for how long it does not answer. */
final class Pulse implements Runnable {
    private static final Duration PAUSE = Duration.ofMillis(25);

    private record Beat(long invoked, long returned) {}

    private final int session;
    private final ItemCollection items;
    private final ItemId item;
    private final History history;
    private final BooleanSupplier goesOn;
    private final BooleanSupplier patient;
    private final Collection<Beat> beats = new ConcurrentLinkedQueue<>();

    Pulse(
            int session,
            ItemCollection items,
            ItemId item,
            History history,
            BooleanSupplier goesOn,
            BooleanSupplier patient) {
        this.session = session;
        this.items = items;
        this.item = item;
        this.history = history;
        this.goesOn = goesOn;
        this.patient = patient;
    }

    @Override
    public void run() {
        for (int n = 0; goesOn.getAsBoolean(); n++) {
            beat("p" + session + "-" + n);
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private void beat(String command) {
        List<Part> parts = List.of(new Part(item, Op.UPDATE, OptionalLong.empty()));
        Write write = Write.by(command, "pulse").withCommandId(command);
        long invoked = System.nanoTime();
        do {
            try {
                Receipt r = items.update(item.id(), Map.of("by", command), ExpectedOv.ANY, write);
                long returned = System.nanoTime();
                Made made = new Made(r.ov().value(), r.cv().value(), r.at());
                history.calls.add(Call.ok(command, session, parts, invoked, returned, List.of(made)));
                beats.add(new Beat(invoked, returned));
                return;
            } catch (OutcomeUnknown | Unavailable e) {
                history.unknown.incrementAndGet();
            } catch (ChronosException e) {
                history.problems.add("a pulse was refused: " + e);
                return;
            }
        } while (patient.getAsBoolean());
        history.calls.add(Call.unknown(command, session, parts, invoked));
    }

    /** How long after that moment the first command was answered that was given after it. */
    Duration silentAfter(long nanoTime) {
        return beats.stream()
                .filter(beat -> beat.invoked() > nanoTime)
                .findFirst()
                .map(beat -> Duration.ofNanos(beat.returned() - nanoTime))
                .orElse(Duration.ofDays(1));
    }
}
