package io.chronosdb.command.client;

import io.chronosdb.command.client.CommandClient.Watcher;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Adds up how far the partitions are that each do a part of one command. */
final class RestoreProgress {
    private final Watcher watcher;
    private final Map<Integer, Long> done = new ConcurrentHashMap<>();
    private final Map<Integer, Long> total = new ConcurrentHashMap<>();

    RestoreProgress(Watcher watcher) {
        this.watcher = watcher;
    }

    Watcher of(int partition) {
        return (partDone, partTotal) -> {
            done.put(partition, partDone);
            total.put(partition, partTotal);
            watcher.update(sum(done), sum(total));
        };
    }

    private static long sum(Map<Integer, Long> parts) {
        return parts.values().stream().mapToLong(Long::longValue).sum();
    }
}
