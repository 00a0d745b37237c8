package io.chronosdb.simulation;

import io.chronosdb.command.Command;
import io.chronosdb.event.Hash;
import io.chronosdb.port.LogPartition;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What happened to one installation, from its first command until it came to rest. */
record History(World world, Truth truth) {
    private static final int COMMANDS = 30;
    private static final int STEPS = 1_200;

    /** The history of a seed: always the same. */
    static History run(long seed) {
        return run(seed, collection -> false);
    }

    /** @param packed which collections are packed in the archive */
    static History run(long seed, Predicate<String> packed) {
        World world = new World(new Fate.Chance(seed), packed);
        int sent = 0;
        for (int step = 0; step < STEPS; step++) {
            if (sent < COMMANDS && world.fate.below(STEPS / COMMANDS) == 0) {
                Commands.sendAny(world, sent++);
            }
            world.step();
        }
        world.settle();
        return checked(world);
    }

    /** A history in which everyone takes turns, a command comes with each round, the last one where it does not belong, and only the fate brings disorder. */
    static History run(Fate fate, List<Command> commands, Command misdirected) {
        World world = new World(fate, collection -> false);
        for (Command command : commands) {
            Commands.send(world, command);
            boolean unused = world.round();
        }
        Commands.misdirect(world, misdirected);
        world.rest();
        return checked(world);
    }

    private static History checked(World world) {
        Truth truth = new Truth(world);
        truth.check();
        world.reader().askAllAgain();
        return new History(world, truth);
    }

    Map<Fault, Integer> faults() {
        return world.fate.struck();
    }

    /** Differs where anything was different: what came to the log, in which order and when, and what went wrong. */
    String fingerprint() {
        StringBuilder text = new StringBuilder(world.fate.struck().toString());
        for (LogPartition partition : world.logged()) {
            world.log
                    .all(partition)
                    .forEach(record -> text.append(record.appendedAt())
                            .append(record.headers())
                            .append(Hash.of(record.value())));
        }
        return Hash.of(text.toString().getBytes(StandardCharsets.UTF_8)).toString();
    }
}
