package io.chronosdb.system;

import io.chronosdb.Chronos;
import io.chronosdb.Consistency;
import io.chronosdb.ItemCollection;
import io.chronosdb.Read;
import io.chronosdb.address.Route;
import io.chronosdb.command.Receipt;
import io.chronosdb.error.ChronosException.VersionConflict;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Two writers who each win a number of optimistic updates of one item, and print what was acknowledged. */
public final class WriterProcess {
    private WriterProcess() {}

    public static void main(String[] args) throws Exception {
        String name = args[1];
        int updates = Integer.parseInt(args[2]);
        try (Chronos chronos = Chronos.open(Path.of(args[0]))) {
            List<Thread> writers = new ArrayList<>();
            for (int w = 0; w < 2; w++) {
                String writer = name + w;
                ItemCollection items = chronos.with(Route.runtime("tenant-a").collection("contended"));
                writers.add(new Thread(() -> win(items, writer, updates)));
            }
            writers.forEach(Thread::start);
            for (Thread writer : writers) {
                writer.join();
            }
        }
        System.out.println("done");
    }

    private static void win(ItemCollection items, String writer, int updates) {
        Ov known = items.getLatest("item", Read.PLAIN.with(Consistency.LATEST))
                .orElseThrow()
                .ov();
        for (int won = 0; won < updates; ) {
            Payload mine =
                    Payload.of(("{\"writer\":\"" + writer + "\",\"n\":" + won + "}").getBytes(StandardCharsets.UTF_8));
            try {
                Receipt receipt = items.update("item", mine, known, writer, "update " + won);
                System.out.println("ack " + receipt.ov() + " " + mine.sha256());
                known = receipt.ov();
                won++;
            } catch (VersionConflict conflict) {
                known = new Ov(conflict.actual());
            }
        }
    }
}
