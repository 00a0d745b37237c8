package io.chronosdb.event;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Several items have a new version each. One event, so one append: all of them are in the log, or none, and they have the
 * same time, so that no reading "as of" sees a part of it.
 *
 * @param versions at least one; no item twice
 */
public record Transaction(List<Version> versions) implements Fact {
    public Transaction {
        versions = List.copyOf(versions);
        Set<Object> items = new HashSet<>();
        if (versions.isEmpty() || !versions.stream().allMatch(version -> items.add(version.item()))) {
            throw new IllegalArgumentException("a transaction has a version at least, and no item twice");
        }
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.transaction(this);
    }
}
