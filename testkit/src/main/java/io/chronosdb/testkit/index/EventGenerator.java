package io.chronosdb.testkit.index;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.address.ItemKey;
import io.chronosdb.document.Json;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Op;
import io.chronosdb.event.Provenance;
import io.chronosdb.event.Version;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/** Random histories: items are created, changed, deleted and brought back; the same random gives the same history. */
public final class EventGenerator {
    private final Random random;
    private final EventChain chain;
    private final List<ItemKey> items;
    private final Supplier<ObjectNode> documents;

    /** With documents of every shape. */
    public EventGenerator(Random random, EventChain chain, List<ItemKey> items) {
        this(random, chain, items, new DocumentGenerator(random)::document);
    }

    public EventGenerator(Random random, EventChain chain, List<ItemKey> items, Supplier<ObjectNode> documents) {
        this.random = random;
        this.chain = chain;
        this.items = List.copyOf(items);
        this.documents = documents;
    }

    /** Appends events to the chain. */
    public void append(int events) {
        for (int i = 0; i < events; i++) {
            append();
        }
    }

    private LoggedEvent append() {
        chain.pause(Duration.ofNanos(1_000L * random.nextInt(200_000)));
        if (random.nextInt(10) == 0) {
            chain.skip(1 + random.nextInt(3));
        }
        if (random.nextInt(25) == 0) {
            return chain.configure("{}");
        }
        ItemKey item = items.get(random.nextInt(items.size()));
        Optional<Version> head = chain.head(item);
        if (head.isPresent() && !head.get().deleted() && random.nextInt(5) == 0) {
            return chain.write(item, Op.DELETE, Optional.empty(), provenance());
        }
        return chain.write(
                item, head.isPresent() ? Op.UPDATE : Op.CREATE, Optional.of(Json.text(documents.get())), provenance());
    }

    private Provenance provenance() {
        return new Provenance(sometimes("ada", "bob"), sometimes("import", "typo"), sometimes("c-1", "c-2"), Map.of());
    }

    private Optional<String> sometimes(String one, String other) {
        return random.nextInt(3) == 0 ? Optional.empty() : Optional.of(random.nextBoolean() ? one : other);
    }
}
