package io.chronosdb.testkit.archive;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/** One kind of S3 server. Calls that find it in the wanted state already do nothing. */
interface S3Backend extends AutoCloseable {
    /** How to sign requests. For tests: not a place for keys that are worth something. */
    record Credentials(String region, String accessKey, String secretKey) {
        /** Of servers that tests start. MinIO wants eight characters or more. */
        static final Credentials OURS = new Credentials("us-east-1", "chronos-test", "chronos-test-secret-key");

        @Override
        public String toString() {
            return "Credentials[" + accessKey + "]";
        }
    }

    String name();

    URI endpoint();

    default Credentials credentials() {
        return Credentials.OURS;
    }

    void start();

    void stop();

    @Override
    default void close() {
        stop();
    }

    /** A system property, or the environment variable of the same name in capitals: {@code a.bC} is {@code A_B_C}. */
    static Optional<String> setting(String property) {
        String variable =
                property.replace('.', '_').replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
        return Optional.ofNullable(System.getProperty(property))
                .or(() -> Optional.ofNullable(System.getenv(variable)))
                .filter(value -> !value.isBlank());
    }
}
