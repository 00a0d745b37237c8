package io.chronosdb.health;

import io.chronosdb.address.Database;
import io.chronosdb.error.Rejection;
import io.chronosdb.port.Watcher;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.jvm.convention.otel.OpenTelemetryJvmCpuMeterConventions;
import io.micrometer.core.instrument.binder.jvm.convention.otel.OpenTelemetryJvmMemoryMeterConventions;
import io.micrometer.core.instrument.binder.jvm.convention.otel.OpenTelemetryJvmThreadMeterConventions;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * What is counted and measured, for Prometheus. Names are OpenTelemetry's where it has any, in Prometheus' spelling; the
 * documentation lists them. Labels are roles, states, codes and databases (see {@link DatabaseLabels}), nothing finer.
 */
public final class Metrics implements Watcher, AutoCloseable {
    private static final String ROLE = "role";
    private static final String DATABASE = "database";
    private static final Tags KAFKA = Tags.of("messaging.system", "kafka");

    /** OpenTelemetry's buckets for durations of messaging, in seconds. */
    private static final Duration[] BUCKETS = DoubleStream.of(
                    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
            .mapToObj(seconds -> Duration.ofMillis(Math.round(seconds * 1_000)))
            .toArray(Duration[]::new);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final DatabaseLabels databases = new DatabaseLabels();
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final MultiGauge lagEvents = gauge("chronos.lag.events", "Records between the position and the end");
    private final MultiGauge lagSeconds = gauge("chronos.lag.seconds", "Age of the oldest record that is not done");
    private final MultiGauge parked = gauge("chronos.parked.items", "Items that wait for a person");
    private final MultiGauge partitions = gauge("chronos.partitions", "Partitions of this process by state");
    private final MultiGauge health = gauge("chronos.health", "1 where the process is started, ready, live");

    public Metrics() {
        new JvmMemoryMetrics(Tags.empty(), new OpenTelemetryJvmMemoryMeterConventions(Tags.empty())).bindTo(registry);
        new JvmThreadMetrics(Tags.empty(), new OpenTelemetryJvmThreadMeterConventions(Tags.empty())).bindTo(registry);
        new ProcessorMetrics(Tags.empty(), new OpenTelemetryJvmCpuMeterConventions(Tags.empty())).bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gc.bindTo(registry);
    }

    private MultiGauge gauge(String name, String description) {
        return MultiGauge.builder(name).description(description).register(registry);
    }

    @Override
    public void accepted(Database database) {
        decided(database, "accepted");
    }

    @Override
    public void rejected(Database database, Rejection.Code code) {
        decided(database, "rejected");
        registry.counter("chronos.commands.rejected", "error.type", code.name()).increment();
    }

    private void decided(Database database, String outcome) {
        registry.counter("chronos.commands.decided", DATABASE, databases.of(database), "outcome", outcome)
                .increment();
    }

    @Override
    public void appended(Database database) {
        registry.counter("messaging.client.sent.messages", KAFKA.and(labels("commands", database)))
                .increment();
    }

    @Override
    public void projected(String role, Database database, int records, Duration took) {
        registry.counter("messaging.client.consumed.messages", KAFKA.and(labels(role, database)))
                .increment(records);
        Timer.builder("messaging.process.duration")
                .tags(KAFKA.and(ROLE, role))
                .serviceLevelObjectives(BUCKETS)
                .register(registry)
                .record(took);
    }

    private Tags labels(String role, Database database) {
        return Tags.of(ROLE, role, DATABASE, databases.of(database));
    }

    /** All of it in Prometheus' text format. */
    public synchronized String scrape(Monitor monitor) {
        Look look = monitor.look();
        Instant now = monitor.now();
        Map<Tags, Double> events = new TreeMap<>(Metrics::compare);
        Map<Tags, Double> seconds = new TreeMap<>(Metrics::compare);
        Map<Tags, Double> waiting = new TreeMap<>(Metrics::compare);
        Map<Tags, Double> states = new TreeMap<>(Metrics::compare);
        for (PartitionLook partition : look.partitions()) {
            Tags labels =
                    labels(partition.role(), partition.status().partition().database());
            partition.lagEvents().ifPresent(lag -> {
                events.merge(labels, (double) lag, Double::sum);
                seconds.merge(labels, StatusJson.seconds(partition.lag(now)), Math::max);
            });
            waiting.merge(labels, (double) partition.status().parked(), Double::sum);
            states.merge(state(partition.role(), partition.state()), 1.0, Double::sum);
        }
        for (RoleLook role : look.roles()) {
            for (PartitionLook.State state : PartitionLook.State.values()) {
                states.putIfAbsent(state(role.role(), state), 0.0); // What can be waited for is there from the start.
            }
        }
        Health judged = monitor.health();
        show(lagEvents, events);
        show(lagSeconds, seconds);
        show(parked, waiting);
        show(partitions, states);
        health.register(
                List.of(
                        MultiGauge.Row.of(Tags.of("check", "started"), judged.started() ? 1 : 0),
                        MultiGauge.Row.of(Tags.of("check", "ready"), judged.ready() ? 1 : 0),
                        MultiGauge.Row.of(Tags.of("check", "live"), monitor.live() ? 1 : 0)),
                true);
        return registry.scrape();
    }

    private static Tags state(String role, PartitionLook.State state) {
        return Tags.of(ROLE, role, "state", state.name().toLowerCase(Locale.ROOT));
    }

    private static int compare(Tags one, Tags other) {
        return one.toString().compareTo(other.toString());
    }

    private static void show(MultiGauge gauge, Map<Tags, Double> values) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        values.forEach((labels, value) -> rows.add(MultiGauge.Row.of(labels, value)));
        gauge.register(rows, true);
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
