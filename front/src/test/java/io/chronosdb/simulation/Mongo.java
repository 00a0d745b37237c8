package io.chronosdb.simulation;

import io.chronosdb.document.CollectionMap;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Chain;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Index;
import io.chronosdb.port.Parking;
import io.chronosdb.port.Progress;
import io.chronosdb.port.Projection;
import io.chronosdb.testkit.index.InMemoryIndex;
import io.chronosdb.testkit.parking.InMemoryParking;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;

/** The index in memory, and the ways in which MongoDB fails whoever writes it or reads it. */
final class Mongo {
    /** Of nobody: who writes on this condition writes no progress. */
    private static final Progress NOBODYS = new Progress(-1, Chain.START);

    private final World world;
    private final InMemoryParking parking = new InMemoryParking();
    private InMemoryIndex index;

    Mongo(World world) {
        this.world = world;
        this.index = empty();
    }

    private InMemoryIndex empty() {
        return new InMemoryIndex(World.DATABASE, collection -> CollectionMap.EVERYTHING, World.LOCATION);
    }

    /** The projector builds it anew. */
    void wipe() {
        index = empty();
    }

    InMemoryIndex index() {
        return index;
    }

    /** As a projector reaches it. */
    Copier.Target target(Process process) {
        return new Copier.Target(new Writing(process), reached(process, Parking.class));
    }

    /** As a reader reaches it: an error now and then. */
    Index readable() {
        return (Index) Proxy.newProxyInstance(
                Mongo.class.getClassLoader(), new Class<?>[] {Index.class}, (proxy, method, arguments) -> {
                    if (world.fate.strikes(Fault.MONGO_UNREADABLE)) {
                        throw down();
                    }
                    return invoke(method, index, arguments);
                });
    }

    private <T> T reached(Process process, Class<T> port) {
        return port.cast(Proxy.newProxyInstance(
                Mongo.class.getClassLoader(), new Class<?>[] {port}, (proxy, method, arguments) -> {
                    process.point();
                    if (world.fate.strikes(Fault.MONGO_DOWN)) {
                        throw down();
                    }
                    Object answer = invoke(method, parking, arguments);
                    process.point();
                    return answer;
                }));
    }

    private static Object invoke(java.lang.reflect.Method method, Object target, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Unavailable down() {
        return new Unavailable("mongodb", "the simulation wants it so", null);
    }

    private final class Writing implements Projection {
        private final Process process;

        Writing(Process process) {
            this.process = process;
        }

        @Override
        public String name() {
            return "projector";
        }

        @Override
        public Progress progress(DatabasePartition partition) {
            process.point();
            if (world.fate.strikes(Fault.MONGO_DOWN)) {
                throw down();
            }
            return index.progress(partition);
        }

        @Override
        public Progress project(
                DatabasePartition partition, List<LoggedEvent> events, Progress before, Progress after) {
            process.point();
            if (world.fate.strikes(Fault.MONGO_DOWN)) {
                throw down();
            }
            if (world.fate.strikes(Fault.MONGO_REFUSAL)) {
                throw new IllegalStateException("the simulation wants it so");
            }
            // As MongoDB does without transactions: versions one after the other, the progress last.
            for (LoggedEvent event : events) {
                index.project(partition, List.of(event), NOBODYS, NOBODYS);
                process.point();
                if (world.fate.strikes(Fault.MONGO_PARTLY)) {
                    throw down();
                }
            }
            Progress now = index.project(partition, events, before, after);
            process.point();
            if (world.fate.strikes(Fault.MONGO_ANSWER_LOST)) {
                throw down();
            }
            return now;
        }
    }
}
