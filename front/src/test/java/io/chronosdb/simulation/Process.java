package io.chronosdb.simulation;

/** A process of the installation: it takes steps until it dies, and whatever it knew is gone then. */
abstract class Process {
    final World world;
    private boolean dead;
    private boolean running;

    Process(World world) {
        this.world = world;
    }

    /** Does a little. */
    abstract void step();

    /** Takes a step, unless it is dead, or stands still in the middle of one. */
    final void run() {
        if (dead || running) {
            return;
        }
        running = true;
        try {
            point();
            step();
        } catch (Death e) {
            // It was said by whoever threw it.
        } finally {
            running = false;
        }
    }

    /** A place between two effects: a process may die or stand still at each. Nothing that a dead one does has an effect. */
    final void point() {
        point(true);
    }

    /** The same under a lock, where nothing else may come between. */
    final void pointWithin() {
        point(false);
    }

    private void point(boolean mayStandStill) {
        if (!dead) {
            world.at(this, mayStandStill);
        }
        if (dead) {
            throw new Death();
        }
    }

    boolean isMortal() {
        return true;
    }

    boolean isDead() {
        return dead;
    }

    boolean isRunning() {
        return running;
    }

    final void die() {
        dead = true;
    }

    /** No exception that our code would handle. */
    private static final class Death extends Error {
        private static final long serialVersionUID = 1L;

        Death() {
            super("a simulated process died", null, false, false);
        }
    }
}
