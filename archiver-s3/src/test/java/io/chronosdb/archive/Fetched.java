package io.chronosdb.archive;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/**
 * What anyone gets over HTTP who has a URL, without the SDK and without keys.
 *
 * @param encoding the header {@code Content-Encoding}; empty where there is none
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Fetched(int status, String encoding, byte[] body) {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    static Fetched get(URI url) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = CLIENT.send(
                HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(30)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
        return new Fetched(
                answer.statusCode(),
                answer.headers().firstValue("content-encoding").orElse(""),
                answer.body());
    }

    /** As a browser would show it; nothing where the server refused. */
    Optional<byte[]> plain() {
        return switch (status) {
            case 200 -> Optional.of(encoding.equals("gzip") ? Compression.NONE.decompress(body) : body);
            case 403, 404 -> Optional.empty();
            default -> throw new IllegalStateException("an answer that nobody expects, status=" + status);
        };
    }
}
