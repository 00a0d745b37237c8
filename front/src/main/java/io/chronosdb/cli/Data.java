package io.chronosdb.cli;

import io.chronosdb.event.Payload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A document from the command line: the argument itself, {@code @file}, or {@code -} for stdin. */
final class Data {
    private static final int BYTES_MAX = 256 << 20;

    private Data() {}

    static Payload read(String argument) throws IOException {
        if (argument.equals("-")) {
            return Payload.of(System.in.readNBytes(BYTES_MAX));
        }
        if (argument.startsWith("@")) {
            Path file = Path.of(argument.substring(1));
            if (!Files.isRegularFile(file)) {
                throw new UsageException("no such file: file=" + file);
            }
            return Payload.of(Files.readAllBytes(file));
        }
        return Payload.of(argument.getBytes(StandardCharsets.UTF_8));
    }
}
