package io.chronosdb.faults;

import com.mongodb.MongoException;
import io.chronosdb.faults.TcpProxy.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.bson.Document;

/**
 * Does harm, two things at a time: something to the path of a write (a process, a broker, the network to one) and something to what the projections need. It
 * begins with what must be in every run, in an order that the seed says, and goes on with what the seed draws.
 */
final class Nemesis {
    private static final Duration QUIET = Duration.ofSeconds(1);

    private final Cluster cluster;
    private final Random random;
    private final Convergence convergence;
    private final Duration outage;
    private final List<Fault> toWrites;
    private final List<Fault> toStores;
    private final Map<String, Integer> injected = new TreeMap<>();
    private final List<Killed> kills = new ArrayList<>();
    private final Map<String, List<Duration>> converged = new TreeMap<>();
    private final List<String> diary = new ArrayList<>();
    private final long started = System.nanoTime();

    /** A process of Chronos that was killed or suspended at a moment. */
    record Killed(String how, long nanoTime) {}

    /**
     * @param lasts how long it is left alone
     * @param begin does it, and says to whom
     */
    private record Fault(String name, Duration lasts, Supplier<String> begin, Runnable end) {}

    /**
     * @param session after how long a silent process is replaced
     * @param outage how long MongoDB and S3 stay away
     */
    Nemesis(Cluster cluster, Random random, Convergence convergence, Duration session, Duration outage) {
        this.cluster = cluster;
        this.random = random;
        this.convergence = convergence;
        this.outage = outage;
        this.toWrites = new ArrayList<>(List.of(
                killed("chronos killed", cluster.nodes, session.plusSeconds(1)),
                suspended("chronos suspended", cluster.nodes, session.plusSeconds(2)),
                killed("broker killed", cluster.brokers, Duration.ofSeconds(3)),
                network("kafka half-open", cluster.kafka, Mode.HALF_OPEN, Duration.ofSeconds(3)),
                suspended("broker suspended", cluster.brokers, Duration.ofSeconds(5)),
                stopped("broker stepped down", cluster.brokers),
                network("kafka cut", cluster.kafka, Mode.CUT, Duration.ofSeconds(2)),
                network("kafka slow", cluster.kafka, Mode.DELAY, Duration.ofSeconds(4)),
                network("kafka one way", cluster.kafka, Mode.ONE_WAY, Duration.ofSeconds(4)),
                flaky("kafka connections reset", cluster.kafka)));
        List<String> owners = List.of("broker", "mongod", "chronos");
        for (int i = 0; i < cluster.disks.size(); i++) {
            toWrites.add(full("disk full: " + owners.get(i), cluster.disks.get(i)));
        }
        this.toStores = new ArrayList<>(List.of(
                primary("primary killed", Member::kill, Duration.ofSeconds(3)),
                new Fault("primary stepped down", Duration.ofSeconds(2), this::stepDown, () -> {}),
                everyStoreAway(),
                network("s3 one way", List.of(cluster.s3), Mode.ONE_WAY, Duration.ofSeconds(3)),
                primary("primary suspended", Member::suspend, Duration.ofSeconds(4)),
                network("mongodb half-open", cluster.mongo, Mode.HALF_OPEN, Duration.ofSeconds(3)),
                network("mongodb one way", cluster.mongo, Mode.ONE_WAY, Duration.ofSeconds(4)),
                network("mongodb slow", cluster.mongo, Mode.DELAY, Duration.ofSeconds(4)),
                flaky("mongodb connections reset", cluster.mongo),
                network("s3 half-open", List.of(cluster.s3), Mode.HALF_OPEN, Duration.ofSeconds(3)),
                network("s3 slow", List.of(cluster.s3), Mode.DELAY, Duration.ofSeconds(4)),
                flaky("s3 connections reset", List.of(cluster.s3))));
    }

    // ---- the schedule

    private static final int MUSTS = 4;
    /** Narrows the choice of what can be narrowed, to look into something. */
    private static final String ONLY = System.getProperty("chronos.faults.only", "");

    /** Until then; the last round may take longer. */
    void runFor(Duration time) {
        Collections.shuffle(toWrites.subList(0, MUSTS), random);
        Collections.shuffle(toStores.subList(0, MUSTS), random);
        for (int round = 0; System.nanoTime() - started < time.toNanos(); round++) {
            round(pick(toWrites, round), pick(toStores, round), round < MUSTS || random.nextBoolean());
        }
    }

    private Fault pick(List<Fault> faults, int round) {
        List<Fault> wanted =
                faults.stream().filter(fault -> fault.name().matches(ONLY)).toList();
        if (!wanted.isEmpty()) {
            return any(wanted);
        }
        return faults.get(round < MUSTS ? round : random.nextInt(faults.size()));
    }

    /** @param rests whether the next round finds everything in order again */
    private void round(Fault one, Fault other, boolean rests) {
        begin(one);
        begin(other);
        long begun = System.nanoTime();
        List<Fault> both = one.lasts().compareTo(other.lasts()) <= 0 ? List.of(one, other) : List.of(other, one);
        for (Fault fault : both) {
            pause(fault.lasts().minusNanos(System.nanoTime() - begun));
            fault.end().run();
            note("over: " + fault.name());
        }
        cluster.heal();
        if (rests) {
            Duration took = convergence.await();
            cluster.awaitNodes();
            converged.computeIfAbsent(other.name(), n -> new ArrayList<>()).add(took);
            note("index and archive have caught up after ms=" + took.toMillis());
        } else {
            pause(QUIET);
        }
    }

    private void begin(Fault fault) {
        injected.merge(fault.name(), 1, Integer::sum);
        note(fault.name() + ": " + fault.begin().get());
    }

    private static void pause(Duration time) {
        LockSupport.parkNanos(Math.max(0, time.toNanos()));
    }

    private void note(String what) {
        diary.add(String.format("%7.2f s  %s", (System.nanoTime() - started) / 1e9, what));
    }

    // ---- faults

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** One of them, which may differ each time. */
    private final class Victim {
        private final List<Member> all;
        private Member chosen;

        Victim(List<Member> all) {
            this.all = all;
            this.chosen = all.get(0);
        }

        Member choose() {
            chosen = any(all);
            return chosen;
        }
    }

    private Fault killed(String name, List<Member> members, Duration lasts) {
        Victim victim = new Victim(members);
        return new Fault(
                name,
                lasts,
                () -> {
                    Member member = victim.choose();
                    hurt(name, members);
                    member.kill();
                    return member.toString();
                },
                () -> victim.chosen.start());
    }

    private Fault suspended(String name, List<Member> members, Duration lasts) {
        Victim victim = new Victim(members);
        return new Fault(
                name,
                lasts,
                () -> {
                    Member member = victim.choose();
                    hurt(name, members);
                    member.suspend();
                    return member.toString();
                },
                () -> victim.chosen.resume());
    }

    private void hurt(String how, List<Member> members) {
        if (members == cluster.nodes) {
            kills.add(new Killed(how, System.nanoTime()));
        }
    }

    /** It hands its partitions over before it goes. */
    private Fault stopped(String name, List<Member> members) {
        Victim victim = new Victim(members);
        return new Fault(
                name,
                Duration.ofSeconds(1),
                () -> {
                    Member member = victim.choose();
                    member.stop();
                    return member.toString();
                },
                () -> victim.chosen.start());
    }

    private Fault primary(String name, Consumer<Member> harm, Duration lasts) {
        return new Fault(
                name,
                lasts,
                () -> {
                    int primary = cluster.primary();
                    if (primary < 0) {
                        return "there is none";
                    }
                    harm.accept(cluster.mongods.get(primary));
                    return cluster.mongods.get(primary).toString();
                },
                cluster::heal);
    }

    private String stepDown() {
        int primary = cluster.primary();
        if (primary < 0) {
            return "there is none";
        }
        try {
            cluster.command(primary, new Document("replSetStepDown", 10).append("force", true));
        } catch (MongoException e) {
            // The connection may end with it.
        }
        return cluster.mongods.get(primary).toString();
    }

    private Fault network(String name, List<TcpProxy> proxies, Mode mode, Duration lasts) {
        TcpProxy[] chosen = {proxies.get(0)};
        return new Fault(
                name,
                lasts,
                () -> {
                    chosen[0] = any(proxies);
                    chosen[0].mode(mode);
                    return "the one at port " + chosen[0].port();
                },
                () -> chosen[0].mode(Mode.PASS));
    }

    private static Fault full(String name, Disk disk) {
        return new Fault(
                name,
                Duration.ofSeconds(4),
                () -> {
                    disk.fill();
                    return "the first one's";
                },
                disk::free);
    }

    private Fault flaky(String name, List<TcpProxy> proxies) {
        return new Fault(
                name,
                Duration.ofSeconds(1),
                () -> {
                    proxies.forEach(proxy -> proxy.cut(link -> random.nextInt(3) == 0));
                    return "a third";
                },
                () -> proxies.forEach(proxy -> proxy.cut(link -> random.nextInt(3) == 0)));
    }

    /** For mongods of each other, too: there is no primary meanwhile. */
    private Fault everyStoreAway() {
        List<TcpProxy> all = new ArrayList<>(cluster.mongo);
        all.add(cluster.s3);
        return new Fault(
                "mongodb and s3 away",
                outage,
                () -> {
                    all.forEach(proxy -> proxy.mode(Mode.CUT));
                    return "all of them";
                },
                () -> all.forEach(proxy -> proxy.mode(Mode.PASS)));
    }

    // ---- what came of it

    List<Killed> kills() {
        return kills;
    }

    /** In the order of their names. */
    Map<String, Integer> injected() {
        return injected;
    }

    /** From the end of a fault until index and archive had what was in the log then, by what was done to the stores. */
    Map<String, List<Duration>> converged() {
        return converged;
    }

    String diary() {
        return String.join("\n", diary);
    }

    /** How many of the faults have been injected at least once. */
    String kinds() {
        return injected.size() + " of " + (toWrites.size() + toStores.size());
    }
}
