package io.chronosdb.embedded;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The lines of a server's log that say why it died: its last errors, then its last lines. */
final class LogTail {
    private static final int BYTES_MAX = 256 * 1024;
    private static final int ERRORS_MAX = 8;
    private static final int LINES_MAX = 6;
    private static final int COLUMNS_MAX = 400;
    /** mongod's severities, log frameworks, the dynamic linker. */
    private static final Pattern ERROR = Pattern.compile("\"s\":\"[EF]\"|ERROR|FATAL|Exception|[Ee]rror[: ]");

    private LogTail() {}

    /** Never fails: a log that can't be read is described instead. */
    static String of(Path log) {
        List<String> lines;
        try {
            lines = read(log).lines().filter(line -> !line.isBlank()).toList();
        } catch (IOException e) {
            return "(log could not be read, log=" + log + " reason=" + e.getMessage() + ")";
        }
        List<String> errors =
                lines.stream().filter(line -> ERROR.matcher(line).find()).toList();
        Set<String> telling = new LinkedHashSet<>(last(errors, ERRORS_MAX));
        telling.addAll(last(lines, LINES_MAX));
        StringBuilder text = new StringBuilder("log=" + log);
        telling.forEach(line -> text.append("\n    ").append(line, 0, Math.min(line.length(), COLUMNS_MAX)));
        return text.toString();
    }

    private static List<String> last(List<String> lines, int count) {
        return lines.subList(Math.max(0, lines.size() - count), lines.size());
    }

    private static String read(Path log) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            int length = (int) Math.min(BYTES_MAX, file.length());
            byte[] bytes = new byte[length];
            file.seek(file.length() - length);
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
