package io.chronosdb.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.config.HttpConfig;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.Unavailable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Asks a running process how it is. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = {
            "Asks a running process for its roles and how far each is, by database and partition.",
            "Status 0 if it is ready, 3 if it is not or cannot be reached."
        })
final class StatusCommand implements Callable<Integer> {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(3);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
    private static final int OK = 200;
    private static final List<String> COLUMNS =
            List.of("role", "database", "partition", "position", "end", "lagEvents", "lagSeconds", "state", "parked");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Configuration, whose http section says where to ask. Default: ./chronos.json, else"
                    + " ./chronos-data/chronos.json.")
    @Nullable
    Path config;

    @Option(names = "--url", paramLabel = "URL", description = "Where to ask, instead: http://host:port.")
    @Nullable
    String url;

    @Option(names = "--json", description = "A line of JSON for the process, and one for each partition.")
    boolean json;

    @Override
    public Integer call() throws Exception {
        ObjectNode status = ask(url != null ? url : configuredUrl());
        if (json) {
            printJson(status);
        } else {
            print(status);
        }
        return status.path("ready").asBoolean() ? 0 : Main.UNAVAILABLE;
    }

    private String configuredUrl() {
        Path file = Coordinates.configFile(config);
        HttpConfig http = ChronosConfig.read(file)
                .http()
                .orElseThrow(
                        () -> new UsageException("the process has no endpoint to ask: add \"http\": {\"port\": 9464}"
                                + " to the configuration and start it again, or name another one with --url: config="
                                + file));
        if (http.port() == 0) {
            throw new UsageException(
                    "the process listens on a port of its own choice, which its ready line says: name it"
                            + " with --url: config=" + file);
        }
        boolean everywhere = http.host().equals("0.0.0.0") || http.host().equals("::");
        String host = everywhere ? "127.0.0.1" : http.host();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + http.port();
    }

    private static ObjectNode ask(String base) throws InterruptedException {
        URI uri;
        HttpRequest request;
        try {
            uri = URI.create(base.replaceFirst("/+$", "") + "/status");
            request = HttpRequest.newBuilder(uri).timeout(ANSWER_MAX).build();
        } catch (IllegalArgumentException e) {
            throw new UsageException("no address to ask, such as http://127.0.0.1:9464: url=" + base);
        }
        try {
            HttpResponse<byte[]> answer = HttpClient.newBuilder()
                    .connectTimeout(CONNECT_MAX)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() == OK) {
                return Json.parseObject(answer.body());
            }
            throw new Unavailable("chronos", "it answers with status " + answer.statusCode() + ": url=" + uri, null);
        } catch (IOException e) {
            throw new Unavailable(
                    "chronos",
                    "no process answers: url=" + uri + " cause=" + e.getClass().getSimpleName(),
                    e);
        }
    }

    private static void printJson(ObjectNode status) {
        ObjectNode process = status.deepCopy();
        process.remove("partitions");
        Output.result(process);
        status.path("partitions").forEach(Output::result);
    }

    private static void print(ObjectNode status) {
        Output.line((status.path("ready").asBoolean() ? "ready" : "NOT READY") + " started="
                + status.path("started").asText() + " live="
                + status.path("live").asText() + " at="
                + status.path("at").asText());
        for (JsonNode problem : status.path("problems")) {
            Output.line("! " + problem.path("role").asText()
                    + (problem.has("at") ? " " + problem.path("at").asText() : "") + " "
                    + problem.path("problem").asText() + " since="
                    + problem.path("since").asText());
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(COLUMNS);
        for (JsonNode partition : status.path("partitions")) {
            rows.add(COLUMNS.stream()
                    .map(column -> partition.path(column).asText("-"))
                    .map(text -> text.isEmpty() ? "-" : text)
                    .toList());
        }
        table(rows).forEach(Output::line);
    }

    /** Columns as wide as what is in them. */
    private static List<String> table(List<List<String>> rows) {
        int[] widths = new int[COLUMNS.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return rows.stream()
                .map(row -> {
                    StringBuilder line = new StringBuilder();
                    for (int i = 0; i < widths.length; i++) {
                        line.append(row.get(i))
                                .append(" ".repeat(widths[i] - row.get(i).length() + 2));
                    }
                    return line.toString().stripTrailing();
                })
                .toList();
    }
}
