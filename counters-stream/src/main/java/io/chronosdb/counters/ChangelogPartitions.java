package io.chronosdb.counters;

import io.chronosdb.address.Topics.Kind;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.TopicDescription;

/**
 * Keeps the changelog topics as wide as the widest events topic. Kafka Streams makes them with as many partitions as
 * there are then, and refuses to go on once a database with more is added. A task has the same partition of every
 * topic, so adding empty partitions is all that the new tasks need and changes nothing for the others.
 */
final class ChangelogPartitions {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final CountersSettings settings;
    private final Admin admin;

    ChangelogPartitions(CountersSettings settings, Admin admin) {
        this.settings = settings;
        this.admin = admin;
    }

    /**
     * Adds what is missing.
     *
     * @return how many topics were widened
     * @throws ExecutionException if the brokers refuse
     * @throws TimeoutException if they do not answer within 10 s
     */
    int widen() throws ExecutionException, TimeoutException, InterruptedException {
        Set<String> names = admin.listTopics().names().get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        int widest = partitions(names, settings.topics().all(Kind.EVENTS).asMatchPredicate()).values().stream()
                .mapToInt(n -> n)
                .max()
                .orElse(0);
        Map<String, NewPartitions> wanted = new HashMap<>();
        partitions(names, changelogs()::contains).forEach((name, partitions) -> {
            if (partitions < widest) {
                wanted.put(name, NewPartitions.increaseTo(widest));
            }
        });
        admin.createPartitions(wanted).all().get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        return wanted.size();
    }

    private List<String> changelogs() {
        return CounterStores.NAMES.stream()
                .map(store -> settings.applicationId() + "-" + store + "-changelog")
                .toList();
    }

    private Map<String, Integer> partitions(Set<String> names, Predicate<String> which)
            throws ExecutionException, TimeoutException, InterruptedException {
        List<String> matching = names.stream().filter(which).toList();
        Map<String, TopicDescription> found =
                admin.describeTopics(matching).allTopicNames().get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        Map<String, Integer> partitions = new HashMap<>();
        found.forEach((name, description) ->
                partitions.put(name, description.partitions().size()));
        return partitions;
    }
}
