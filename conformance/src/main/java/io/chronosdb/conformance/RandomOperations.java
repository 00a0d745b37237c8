package io.chronosdb.conformance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.Operation;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.document.Json;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Ov;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Operations by chance on a handful of items. For one thread. */
final class RandomOperations {
    static final int ITEMS = 6;
    private static final int OV_MAX = 8;

    private final Random random;
    private final String prefix;
    private final String writer;
    private int number;

    /** @param writer makes documents differ from those of others */
    RandomOperations(long seed, String prefix, String writer) {
        this.random = new Random(seed);
        this.prefix = prefix;
        this.writer = writer;
    }

    /** One operation, or several of a transaction. */
    List<Operation> next() {
        List<String> ids = new ArrayList<>(
                IntStream.range(0, ITEMS).mapToObj(i -> prefix + i).toList());
        Collections.shuffle(ids, random);
        if (random.nextInt(6) > 0) {
            return List.of(one(ids.get(0), false));
        }
        return ids.subList(0, 2 + random.nextInt(2)).stream()
                .map(id -> one(id, true))
                .toList();
    }

    private Operation one(String id, boolean mayCheck) {
        number++;
        int choice = random.nextInt(mayCheck ? 20 : 18);
        if (choice < 4) {
            return Operation.create(id, document());
        } else if (choice < 9) {
            return Operation.update(id, document(), expected());
        } else if (choice < 13) {
            return Operation.enrich(id, patch(), writer, expected());
        } else if (choice < 15) {
            return Operation.delete(id, expected());
        } else if (choice < 18) {
            return Operation.restore(id, RestorePoint.ov(random.nextInt(OV_MAX)));
        }
        return Operation.check(id, expected());
    }

    private ExpectedOv expected() {
        return random.nextInt(4) > 0 ? ExpectedOv.ANY : new Ov(random.nextInt(OV_MAX));
    }

    private ObjectNode document() {
        ObjectNode document = Json.object().put("n", random.nextInt(5)).put("by", writer + number);
        document.putArray("tags").add("t" + random.nextInt(3));
        document.putObject("each");
        return document;
    }

    private ObjectNode patch() {
        ObjectNode patch = Json.object();
        if (random.nextInt(4) > 0) {
            patch.putObject("each").put(writer + number, number);
        }
        patch.putArray("tags").add("t" + random.nextInt(3));
        return patch;
    }
}
