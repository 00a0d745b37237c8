package io.chronosdb.health;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.Unavailable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Tells over HTTP how this process is. Reads only what the monitor saw, so an answer costs no call to anywhere. Says
 * names of databases and partitions and numbers, never contents; it has no access control: it is for the machine's own
 * interface or a network that is trusted.
 */
public final class HealthServer implements AutoCloseable {
    private static final int THREADS = 2;
    private static final int WAITING_MAX = 32;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;

    static {
        // The server's own deadlines and bounds, unless somebody has set others: it reads them once.
        Map.of(
                        "sun.net.httpserver.maxReqTime", "5", // seconds
                        "sun.net.httpserver.maxRspTime", "10", // seconds
                        "sun.net.httpserver.maxIdleConnections", "16",
                        "jdk.httpserver.maxConnections", "64",
                        "sun.net.httpserver.nodelay", "true")
                .forEach((name, value) -> {
                    if (System.getProperty(name) == null) {
                        System.setProperty(name, value);
                    }
                });
    }

    private final Monitor monitor;
    private final Supplier<String> metrics;
    private final ThreadPoolExecutor threads;
    private final HttpServer server;
    private final Map<String, Supplier<Answer>> answers = Map.of(
            "/health/started", this::started,
            "/health/ready", this::ready,
            "/health/live", this::live,
            "/status", this::status,
            "/metrics", this::metrics);

    /** What is said, and how. */
    private record Answer(int status, String type, String text) {
        static Answer json(int status, ObjectNode json) {
            return new Answer(status, "application/json", Json.text(json) + "\n");
        }
    }

    /**
     * @param metrics in Prometheus' text format
     * @throws Unavailable if nothing can listen there
     */
    public HealthServer(InetSocketAddress address, Monitor monitor, Supplier<String> metrics) {
        this.monitor = monitor;
        this.metrics = metrics;
        this.threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(WAITING_MAX),
                task -> {
                    Thread thread = new Thread(task, "chronos-http");
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.CallerRunsPolicy());
        try {
            this.server = HttpServer.create(address, WAITING_MAX);
        } catch (IOException | IllegalArgumentException e) {
            threads.shutdown();
            throw new Unavailable(
                    "http endpoint",
                    "nothing can listen there: host=" + address.getHostString() + " port=" + address.getPort(),
                    e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Supplier<Answer> answer = answers.get(exchange.getRequestURI().getPath());
            if (answer == null) {
                send(exchange, Answer.json(NOT_FOUND, Json.object().put("error", "there is nothing here")));
            } else if (!exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET");
                send(exchange, Answer.json(METHOD_NOT_ALLOWED, Json.object().put("error", "GET only")));
            } else {
                send(exchange, answer.get());
            }
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] bytes = answer.text().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(answer.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private Answer started() {
        Health health = monitor.health();
        return answer("started", health.started(), health.problems());
    }

    private Answer ready() {
        Health health = monitor.health();
        return answer("ready", health.ready(), health.problems());
    }

    private Answer live() {
        boolean live = monitor.live();
        return answer("live", live, live ? List.of() : monitor.health().problems());
    }

    private static Answer answer(String name, boolean yes, List<Problem> problems) {
        return Answer.json(yes ? OK : UNAVAILABLE, StatusJson.answer(name, yes, problems));
    }

    private Answer status() {
        return Answer.json(OK, StatusJson.status(monitor.look(), monitor.health(), monitor.now()));
    }

    private Answer metrics() {
        return new Answer(OK, "text/plain; version=0.0.4; charset=utf-8", metrics.get());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
