package io.chronosdb.simulation;

import java.util.Map;

/** What happened to one installation, from its first command until it came to rest. */
record History(World world, Truth truth) {
    private static final int COMMANDS = 30;
    private static final int STEPS = 1_200;

    /** The history of a seed: always the same. */
    static History run(long seed) {
        World world = new World(new Fate.Chance(seed));
        int sent = 0;
        for (int step = 0; step < STEPS; step++) {
            if (sent < COMMANDS && world.fate.below(STEPS / COMMANDS) == 0) {
                Commands.sendAny(world, sent++);
            }
            world.step();
        }
        return end(world);
    }

    private static History end(World world) {
        world.settle();
        Truth truth = new Truth(world);
        truth.check();
        return new History(world, truth);
    }

    Map<Fault, Integer> faults() {
        return world.fate.struck();
    }
}
