package io.chronosdb.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.Reply;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Hash;
import io.chronosdb.event.Payload;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;

/**
 * Writes the lines of a file, many in flight. Each line's command id is made of the file's hash and the line's number,
 * so that an import that was cut off can be run again.
 */
final class Importer {
    private static final int IN_FLIGHT_MAX = 2_000;
    /** Ids are told apart by 64 bits of a hash; this many are about 100 MB. A larger file is imported in parts. */
    private static final int IDS_MAX = 2_000_000;

    private static final int REJECTIONS_SHOWN_MAX = 20;
    private static final long ANSWERS_WITHIN_SECONDS = 120;

    private final ItemCollection items;
    private final Optional<String> idField;
    private final Write write;
    private final Progress progress;
    private final Semaphore places = new Semaphore(IN_FLIGHT_MAX);
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong rejected = new AtomicLong();
    private final Set<Long> seen = new HashSet<>();

    /** Hears how far it is. */
    interface Progress {
        void update(long done, long total);
    }

    record Result(long documents, long accepted, long rejected) {}

    Importer(ItemCollection items, Optional<String> idField, Write write, Progress progress) {
        this.items = items;
        this.idField = idField;
        this.write = write;
        this.progress = progress;
    }

    Result run(Path file) throws IOException, InterruptedException {
        try (InputStream first = open(file)) {
            MessageDigest digest = Hash.newDigest();
            long lines = 0;
            byte[] buffer = new byte[1 << 16];
            for (int n = first.read(buffer); n >= 0; n = first.read(buffer)) {
                digest.update(buffer, 0, n);
                for (int i = 0; i < n; i++) {
                    lines += buffer[i] == '\n' ? 1 : 0;
                }
            }
            String fileId = Hash.fromBytes(digest.digest()).toString().substring(0, 24);
            return importLines(file, fileId, lines);
        }
    }

    private Result importLines(Path file, String fileId, long lines) throws IOException, InterruptedException {
        long number = 0;
        long documents = 0;
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(open(file), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isBlank()) {
                    documents++;
                    places.acquire();
                    long at = number;
                    var unused = submit(line, "import:" + fileId + ":" + at).whenComplete((receipt, error) -> {
                        count(at, error);
                        places.release();
                    });
                }
                progress.update(accepted.get() + rejected.get(), Math.max(lines, number));
            }
        }
        if (!places.tryAcquire(IN_FLIGHT_MAX, ANSWERS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
            throw new ChronosException.Unavailable("kafka", "answers are missing; import the file again", null);
        }
        progress.update(documents, documents);
        return new Result(documents, accepted.get(), rejected.get());
    }

    private CompletableFuture<Receipt> submit(String line, String commandId) {
        try {
            byte[] json = line.getBytes(StandardCharsets.UTF_8);
            Payload payload = Payload.of(json);
            Write identified = write.withCommandId(commandId);
            if (idField.isEmpty()) {
                return items.createAsync(payload, identified);
            }
            String id = id(Json.parseObject(json), idField.get());
            return isNew(id)
                    ? items.createAsync(payload, identified.withId(id))
                    : items.updateAsync(id, payload, ExpectedOv.ANY, identified);
        } catch (ChronosException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private boolean isNew(String id) {
        if (seen.size() >= IDS_MAX) {
            throw new Invalid("too many different ids in one file: idsMax=" + IDS_MAX + "; split it");
        }
        return seen.add(
                ByteBuffer.wrap(Hash.of(id.getBytes(StandardCharsets.UTF_8)).toBytes())
                        .getLong());
    }

    private static String id(ObjectNode document, String field) {
        JsonNode id = document.path(field);
        if (!id.isTextual() && !id.isIntegralNumber()) {
            throw new Invalid("the id is a string or a whole number: field=" + field);
        }
        return id.asText();
    }

    private void count(long line, @org.jspecify.annotations.Nullable Throwable error) {
        if (error == null) {
            accepted.incrementAndGet();
            return;
        }
        Throwable cause = error.getCause() instanceof ChronosException known ? known : error;
        if (rejected.incrementAndGet() <= REJECTIONS_SHOWN_MAX) {
            ObjectNode json = cause instanceof ChronosException known
                    ? Reply.json(known.rejection())
                    : Json.object().put("message", String.valueOf(cause));
            Output.problem(json.put("line", line));
        }
    }

    private static InputStream open(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        return file.toString().endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
    }
}
