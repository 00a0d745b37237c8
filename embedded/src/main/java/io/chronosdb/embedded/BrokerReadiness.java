package io.chronosdb.embedded;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/** Asks a broker, as any client would, whether it serves. */
final class BrokerReadiness {
    private static final int CONNECT_MILLIS = 500;
    private static final int ANSWER_MILLIS = 2_000;

    private BrokerReadiness() {}

    /**
     * Waits until describeCluster names the broker, which it does once the broker is unfenced.
     *
     * @param stillAlive throws when there is nothing left to wait for
     * @return false when the deadline passed first
     */
    static boolean await(BrokerPorts ports, Deadline deadline, Runnable stillAlive) {
        // A client that can't connect backs off and writes warnings; so knock first.
        boolean listens = deadline.await(() -> {
            stillAlive.run();
            return listens(ports.clients());
        });
        if (!listens) {
            return false;
        }
        try (Admin admin = Admin.create(Map.of(
                "bootstrap.servers",
                ports.bootstrapServers(),
                "client.id",
                "chronos-embedded-readiness",
                "request.timeout.ms",
                ANSWER_MILLIS,
                "default.api.timeout.ms",
                ANSWER_MILLIS,
                "reconnect.backoff.ms",
                20,
                "reconnect.backoff.max.ms",
                200,
                "enable.metrics.push",
                false))) {
            return deadline.await(() -> {
                stillAlive.run();
                return namesItself(admin);
            });
        }
    }

    private static boolean namesItself(Admin admin) {
        try {
            return admin.describeCluster().nodes().get(ANSWER_MILLIS, TimeUnit.MILLISECONDS).stream()
                    .anyMatch(node -> node.id() == BrokerProperties.NODE_ID);
        } catch (ExecutionException | TimeoutException e) {
            return false; // not yet; the deadline decides
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedServerException("interrupted while waiting for a broker", e);
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
