package io.chronosdb.bench;

import io.chronosdb.Chronos;
import io.chronosdb.Write;
import io.chronosdb.address.Route;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.node.Node;
import io.chronosdb.node.Role;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.IntStream;

/** A process of all roles, of many tenants that have each written once, and do nothing now. One partition each. */
final class IdleTenants implements Contest {
    private static final String SECONDS = "seconds";
    private static final String THREADS = "threads";
    private static final String RESIDENT = "residentMB";

    static final Scenario SCENARIO = new Scenario(
            "idle-tenants",
            "from the start of a process of 1,000 idle tenants until it acknowledges a command of one; its threads and memory then",
            "the same with one tenant",
            List.of(Goal.reported(SECONDS), Goal.reported(THREADS), Goal.reported(RESIDENT)),
            IdleTenants::new);

    private static final int TENANTS = 1_000;
    private static final int TENANTS_LEAST = 3;
    private static final int MAKING = 16;
    private static final String COLLECTION = "bench";
    private static final String ALONE = SCENARIO.name() + "-alone";

    private final Lab lab;
    private final ChronosConfig many;
    private final ChronosConfig one;

    private IdleTenants(Lab lab, Effort effort) throws Exception {
        this.lab = lab;
        many = make(SCENARIO.name(), effort.amount(TENANTS, TENANTS_LEAST));
        one = make(ALONE, 1);
    }

    private ChronosConfig make(String name, int tenants) throws Exception {
        List<String> others =
                IntStream.range(1, tenants).mapToObj(n -> "tenant" + n).toList();
        ChronosConfig config = lab.config(name, List.of(COLLECTION), json -> {
            json.withObject("/kafka").put("partitions", 1);
            others.forEach(tenant -> Lab.addTenant(json, tenant, name + "-" + tenant));
        });
        try (Parts running = new Parts()) {
            running.add(Node.start(config, EnumSet.of(Role.COMMANDS))::close);
            Chronos chronos = Chronos.open(config);
            running.add(chronos::close);
            write(chronos, Lab.TENANT);
            Load.all(
                    MAKING,
                    others.size(),
                    n -> chronos.with(Route.runtime(others.get((int) n)).collection(COLLECTION))
                            .createAsync(Documents.payload(n), Write.PLAIN));
        }
        return config;
    }

    private static void write(Chronos chronos, String tenant) {
        chronos.with(Route.runtime(tenant).collection(COLLECTION)).create(Documents.payload(0), Write.PLAIN);
    }

    @Override
    public void warmUp(Effort effort) {}

    @Override
    public Figures chronos(Effort effort) throws Exception {
        return start(SCENARIO.name(), many);
    }

    @Override
    public Figures floor(Effort effort) throws Exception {
        return start(ALONE, one);
    }

    private Figures start(String name, ChronosConfig config) throws Exception {
        try (Chronos chronos = Chronos.open(config)) {
            long begin = System.nanoTime();
            try (Lab.Child process = lab.node(name, "commands,projector,archiver,counters")) {
                write(chronos, Lab.TENANT);
                return Figures.of(SECONDS, (System.nanoTime() - begin) / 1e9)
                        .and(THREADS, process.status("Threads"))
                        .and(RESIDENT, process.status("VmRSS") / 1024.0);
            }
        }
    }
}
