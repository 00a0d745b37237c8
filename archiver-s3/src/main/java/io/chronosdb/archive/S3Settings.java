package io.chronosdb.archive;

import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.port.Secret;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * Which S3 store, and how to sign. Cannot be built wrong; messages begin with the name of the field.
 *
 * @param endpoint {@code http} or {@code https}, without user, path and query; empty for AWS itself
 * @param region for the signature; servers other than AWS mostly take {@code us-east-1}
 * @param forcePathStyle whether the bucket stands in the path and not in the host's name: what servers other than AWS
 *     want
 */
public record S3Settings(
        Optional<URI> endpoint, String region, String accessKey, Secret secretKey, boolean forcePathStyle) {
    private static final Set<String> SCHEMES = Set.of("http", "https");

    public S3Settings {
        endpoint.ifPresent(S3Settings::requireEndpoint);
        require(!region.isBlank(), "region is missing");
        require(!accessKey.isBlank(), "accessKey is missing");
    }

    /** A server of one's own, with buckets in the path. */
    public static S3Settings at(URI endpoint, String region, String accessKey, Secret secretKey) {
        return new S3Settings(Optional.of(endpoint), region, accessKey, secretKey, true);
    }

    private static void requireEndpoint(URI endpoint) {
        // The URI itself is not repeated: its user part may be a password.
        require(
                endpoint.getScheme() != null && SCHEMES.contains(endpoint.getScheme()),
                "endpoint is not http or https: scheme=" + endpoint.getScheme());
        require(endpoint.getHost() != null, "endpoint has no host");
        require(endpoint.getRawUserInfo() == null, "endpoint has a user in it: keys have fields of their own");
        require(
                (endpoint.getRawPath() == null || endpoint.getRawPath().matches("/?"))
                        && endpoint.getRawQuery() == null
                        && endpoint.getRawFragment() == null,
                "endpoint has more than a host and a port: host=" + endpoint.getHost());
    }

    private static void require(boolean condition, String problem) {
        if (!condition) {
            throw new Invalid(problem);
        }
    }
}
