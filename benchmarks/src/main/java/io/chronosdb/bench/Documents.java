package io.chronosdb.bench;

import io.chronosdb.event.Payload;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Documents with three indexed properties and a text; the same ones in each run. */
final class Documents {
    static final List<String> INDEXED = List.of("email", "status", "n");
    static final int BYTES = 1_024;

    private static final String LETTERS = letters();

    private Documents() {}

    static byte[] json(long n) {
        return json(n, BYTES);
    }

    static byte[] json(long n, int bytes) {
        String start = "{\"email\":\"user" + n + "@example.org\",\"status\":\"" + (n % 3 == 0 ? "idle" : "active")
                + "\",\"n\":" + n + ",\"text\":\"";
        StringBuilder text = new StringBuilder(bytes).append(start);
        int from = (int) Math.floorMod(n * 31, (long) LETTERS.length());
        while (text.length() < bytes - 2) {
            int more = Math.min(LETTERS.length() - from, bytes - 2 - text.length());
            text.append(LETTERS, from, from + more);
            from = 0;
        }
        return text.append("\"}").toString().getBytes(StandardCharsets.UTF_8);
    }

    static Payload payload(long n) {
        return Payload.of(json(n));
    }

    /** Compresses about as well as prose. */
    private static String letters() {
        Random random = new Random(7);
        List<String> words =
                List.of("invoice", "order", "paid", "the", "of", "customer", "line", "total", "ship", "open");
        StringBuilder text = new StringBuilder();
        while (text.length() < 64 << 10) {
            text.append(words.get(random.nextInt(words.size())))
                    .append(random.nextInt(1_000))
                    .append(' ');
        }
        return text.toString();
    }
}
