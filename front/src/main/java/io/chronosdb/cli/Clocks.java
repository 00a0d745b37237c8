package io.chronosdb.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;

/**
 * The demo's data set: every era of every time zone, in the order in which they began, made from the tz database, which
 * is in the public domain. Also counts by itself what the demo then asks the system for.
 */
final class Clocks {
    private static final String RESOURCE = "/demo/timezones.ndjson.gz";

    private final List<ObjectNode> eras = new ArrayList<>();

    Clocks() throws IOException {
        try (InputStream in = new GZIPInputStream(resource())) {
            for (String line : new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).split("\n")) {
                eras.add(Json.parseObject(line.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            }
        }
    }

    private static InputStream resource() throws IOException {
        InputStream in = Clocks.class.getResourceAsStream(RESOURCE);
        if (in == null) {
            throw new IOException("the data set is missing from the jar: " + RESOURCE);
        }
        return in;
    }

    /** A copy of the file to import. */
    static Path extract(Path dir) throws IOException {
        Path file = dir.resolve("timezones.ndjson.gz");
        try (InputStream in = resource()) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }

    int eras() {
        return eras.size();
    }

    int zones() {
        return (int)
                eras.stream().map(era -> era.path("id").textValue()).distinct().count();
    }

    long count(Predicate<ObjectNode> condition) {
        return eras.stream().filter(condition).count();
    }

    /** How many zones are in their last era, and it is like this. */
    long countLatest(Predicate<ObjectNode> condition) {
        Map<String, ObjectNode> latest = new LinkedHashMap<>();
        eras.forEach(era -> latest.put(era.path("id").textValue(), era));
        return latest.values().stream().filter(condition).count();
    }
}
