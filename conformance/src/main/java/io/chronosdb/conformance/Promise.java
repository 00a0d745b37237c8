package io.chronosdb.conformance;

import java.util.List;

/**
 * Something that every installation does.
 *
 * @param name a sentence, for people and for {@code --only}
 * @param rules which rules of docs/conformance.md it holds
 * @param alone whether others of the run would disturb it: it touches collections that it shares with them
 * @param check what finds out
 */
public record Promise(String name, List<String> rules, boolean alone, Check check) {
    /** Finds out whether an installation keeps a promise. */
    @FunctionalInterface
    public interface Check {
        /**
         * @throws AssertionError if the promise is broken, saying how
         * @throws NotHere if the installation is not configured for it
         * @throws Exception if the installation fails otherwise: that breaks the promise as well
         */
        void hold(Installation at) throws Exception;
    }

    public Promise {
        rules = List.copyOf(rules);
        if (rules.isEmpty()) {
            throw new IllegalArgumentException("holds no rule: promise=" + name);
        }
    }

    /** @param rules separated by spaces */
    static Promise promise(String name, String rules, Check check) {
        return new Promise(name, List.of(rules.split(" ")), false, check);
    }

    /** The same, which runs when no other does. */
    Promise whenAlone() {
        return new Promise(name, rules, true, check);
    }
}
