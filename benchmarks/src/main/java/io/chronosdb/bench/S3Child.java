package io.chronosdb.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.Json;
import io.chronosdb.testkit.archive.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An S3 server in a process of its own, so that its work is not done by the JVM that is measured. */
final class S3Child {
    static final String READY = "s3 is ready";

    private static final String ADDRESS = "address.json";

    private S3Child() {}

    /** Where it listens, and for whom: made up for the lab. */
    record Address(String endpoint, String region, String accessKey, String secretKey) {
        /** @param dir of the server */
        static Address read(Path dir) throws IOException {
            ObjectNode json = Json.parseObject(Files.readAllBytes(dir.resolve(ADDRESS)));
            return new Address(
                    json.path("endpoint").asText(),
                    json.path("region").asText(),
                    json.path("accessKey").asText(),
                    json.path("secretKey").asText());
        }

        @Override
        public String toString() {
            return endpoint;
        }
    }

    public static void main(String[] args) throws Exception {
        Path dir = Path.of(args[0]);
        S3Server server = S3Server.start(S3Server.Kind.S3PROXY, dir.resolve("data"));
        ObjectNode json = Json.object()
                .put("endpoint", server.endpoint().toString())
                .put("region", server.region())
                .put("accessKey", server.accessKey())
                .put("secretKey", server.secretKey());
        Files.write(dir.resolve(ADDRESS), Json.bytes(json));
        System.out.println(READY);
        Thread.currentThread().join();
    }
}
