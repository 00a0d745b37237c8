package io.chronosdb.simulation;

import io.chronosdb.command.Action;
import io.chronosdb.command.Command;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.event.Cv;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.port.DatabasePartition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Commands on a few items, so that they meet. Documents are {@code {"n":1,"tags":["a"]}}, patches {@code {"tags":["b"]}}. */
final class Commands {
    private static final int ITEMS = 4;
    private static final int IDS = 30;

    private Commands() {}

    /** Sends a command at random, nearly always to the partition where it belongs. */
    static void sendAny(World world, int number) {
        Fate fate = world.fate;
        String collection = fate.below(3) == 0 ? World.BY_ITEM : World.WHOLE;
        int kind = fate.below(14);
        if (kind == 0 && collection.equals(World.BY_ITEM)) {
            Command restore = Command.of(collection, Optional.empty(), restoreCollection(world))
                    .withCommandId("restore-all" + number);
            world.partitions.forEach(partition -> world.client.send(restore, partition.number()));
            return;
        }
        Command command = kind == 0
                ? Command.of(collection, Optional.empty(), restoreCollection(world))
                : kind < 3
                        ? Command.of("", Optional.empty(), transaction(world, number))
                        : kind == 3
                                ? Command.of(collection, Optional.empty(), new Action.Create(document(number)))
                                : Command.of(collection, Optional.of(item(fate)), onItem(world, number));
        if (fate.below(5) > 0) {
            // Known ones among them, but not of another kind of command: the answer would be of the wrong kind.
            String id =
                    kind == 0 ? "restore" + fate.below(IDS) : kind < 3 ? "transact" + number : "id" + fate.below(IDS);
            command = command.withCommandId(id);
        }
        if (fate.below(10) == 0) {
            world.client.send(command, fate.below(World.PARTITIONS));
        } else {
            send(world, command);
        }
    }

    /** Sends a command to where it belongs. */
    static void send(World world, Command command) {
        world.client.send(command, partition(world, command));
    }

    /** Sends a command to where it does not belong. */
    static void misdirect(World world, Command command) {
        world.client.send(command, (partition(world, command) + 1) % World.PARTITIONS);
    }

    /** Makes a new item in a partition. */
    static void sendLast(World world, DatabasePartition in) {
        for (int number = 0; ; number++) {
            Command create = Command.of(
                            World.BY_ITEM, Optional.of("last" + number), new Action.Create(document(number)))
                    .withCommandId("last" + number);
            if (partition(world, create) == in.number()) {
                send(world, create);
                return;
            }
        }
    }

    private static int partition(World world, Command command) {
        String collection = command.collection();
        String id = command.id().orElse("");
        if (command.action() instanceof Action.Transact transact) {
            collection = transact.operations().get(0).collection();
            id = transact.operations().get(0).id();
        }
        return world.settings
                .routing(collection)
                .partition(World.DATABASE, world.settings.dbName(), collection, id, World.PARTITIONS);
    }

    private static String item(Fate fate) {
        return "item" + fate.below(ITEMS);
    }

    private static Action.OnItem onItem(World world, int number) {
        Fate fate = world.fate;
        ExpectedOv expected = fate.below(2) == 0 ? ExpectedOv.ANY : new Ov(fate.below(5));
        return switch (fate.below(10)) {
            case 0, 1, 2 -> new Action.Create(document(number));
            case 3 -> new Action.Delete(expected);
            case 4 ->
                new Action.RestoreObject(
                        fate.below(2) == 0 ? new RestorePoint.AtOv(new Ov(fate.below(6))) : recently(world));
            case 5, 6 ->
                new Action.Enrich(
                        List.of(patch(fate), patch(fate)).subList(0, 1 + fate.below(2)), "f" + fate.below(5), expected);
            default -> new Action.Update(document(number), expected);
        };
    }

    static Payload document(int number) {
        return payload("{\"n\":" + number + ",\"tags\":[]}");
    }

    static Payload patch(Fate fate) {
        return payload("{\"tags\":[\"t" + fate.below(6) + "\"]}");
    }

    static Payload payload(String json) {
        return Payload.of(json.getBytes(StandardCharsets.UTF_8));
    }

    private static Action transaction(World world, int number) {
        Fate fate = world.fate;
        List<Action.Operation> operations = new ArrayList<>();
        for (int item = 0; item < ITEMS; item++) {
            if (fate.below(2) == 0) {
                Action.OnItem action = fate.below(5) == 0 ? new Action.Check(ExpectedOv.ANY) : onItem(world, number);
                String collection = fate.below(12) == 0 ? World.BY_ITEM : World.WHOLE;
                operations.add(new Action.Operation(collection, "item" + item, action));
            }
        }
        if (operations.isEmpty()) {
            operations.add(new Action.Operation(World.WHOLE, item(fate), onItem(world, number)));
        }
        return new Action.Transact(operations);
    }

    private static Action restoreCollection(World world) {
        Fate fate = world.fate;
        RestorePoint.OfCollection to =
                fate.below(2) == 0 ? new RestorePoint.AtCv(new Cv(fate.below(20))) : recently(world);
        return new Action.RestoreCollection(to, fate.below(6) == 0, fate.below(2) == 0);
    }

    private static RestorePoint.AtTime recently(World world) {
        return RestorePoint.at(world.clock.instant().minus(Duration.ofMillis(world.fate.below(400))));
    }
}
