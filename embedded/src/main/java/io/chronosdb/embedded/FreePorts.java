package io.chronosdb.embedded;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Ports of 127.0.0.1 on which nothing listens. They are taken from below the system's ephemeral range: a port from
 * inside it can be given to any outgoing connection before the server binds it, and while the server is down a client
 * that keeps reconnecting can end up connected to itself and hold the port.
 *
 * <p>Two calls in one JVM return different ports. Nothing is reserved: another process may still take a port first.
 */
public final class FreePorts {
    private static final int LOWEST = 10_000;
    private static final int HIGHEST = belowTheEphemeralRange();
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(HIGHEST - LOWEST));

    private FreePorts() {}

    /** One free port. */
    public static int one() {
        return IntStream.range(0, HIGHEST - LOWEST)
                .map(ignored -> next())
                .filter(FreePorts::isFree)
                .findFirst()
                .orElseThrow(() ->
                        new EmbeddedServerException("no free port on 127.0.0.1, from=" + LOWEST + " to=" + HIGHEST));
    }

    /** As many distinct free ports as asked for. */
    public static List<Integer> distinct(int count) {
        return IntStream.range(0, count).mapToObj(ignored -> one()).toList();
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress("127.0.0.1", port), 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    static int requireFree(String server, int port) {
        if (!isFree(port)) {
            throw new EmbeddedServerException("port is taken, server=" + server + " address=127.0.0.1:" + port);
        }
        return port;
    }

    private static int next() {
        return LOWEST + Math.floorMod(NEXT.getAndIncrement(), HIGHEST - LOWEST);
    }

    private static int belowTheEphemeralRange() {
        int usual = 32_768;
        try {
            String range = Files.readString(Path.of("/proc/sys/net/ipv4/ip_local_port_range"));
            int lowest = Integer.parseInt(range.strip().split("\\s+")[0]);
            return lowest > LOWEST + 1_000 ? Math.min(lowest, usual) : usual;
        } catch (IOException | NumberFormatException e) {
            return usual; // not Linux: macOS begins at 49152
        }
    }
}
