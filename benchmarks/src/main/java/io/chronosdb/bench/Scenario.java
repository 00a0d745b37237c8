package io.chronosdb.bench;

import java.util.List;

/**
 * Something that is measured.
 *
 * @param about what Chronos does
 * @param floor what the floor does; empty if there is none
 */
record Scenario(String name, String about, String floor, List<Goal> goals, Opening opening) {
    /** Makes the two sides ready. */
    interface Opening {
        Contest open(Lab lab, Effort effort) throws Exception;
    }
}
