package io.chronosdb.archive;

import io.chronosdb.port.ObjectKey;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.s3.presigner.model.PresignedGetObjectRequest;

/**
 * The SDK's client, as we set it up, and its threads. Nothing is taken from the environment or from files in the home
 * directory.
 */
record S3Connection(S3AsyncClient client, S3Presigner presigner, EventLoopGroup threads) implements AutoCloseable {
    /** They move bytes and never wait; continuations run on others. */
    private static final int THREADS = 2;

    /** What closes connections has to be over by then, or Netty logs errors. */
    private static final long QUIET_MILLIS = 100;

    private static final long CLOSE_MILLIS_MAX = 2_000;

    /** Connects with the first request. */
    static S3Connection open(S3Settings settings, S3Limits limits) {
        EventLoopGroup threads = new NioEventLoopGroup(THREADS, new DefaultThreadFactory("s3-archive", true));
        S3AsyncClientBuilder builder = S3AsyncClient.builder()
                .region(Region.of(settings.region()))
                .credentialsProvider(credentials(settings))
                .forcePathStyle(settings.forcePathStyle())
                // Whatever the SDK would add by itself, not every server understands. The signature covers the body
                // over http, TLS does over https, and readers check the document's hash.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .eventLoopGroup(SdkEventLoopGroup.create(threads))
                        .connectionTimeout(limits.connect())
                        .connectionAcquisitionTimeout(limits.attempt())
                        .readTimeout(limits.attempt())
                        .writeTimeout(limits.attempt())
                        .maxConcurrency(limits.connectionsMax()))
                .overrideConfiguration(ClientOverrideConfiguration.builder()
                        .apiCallAttemptTimeout(limits.attempt())
                        .apiCallTimeout(limits.call())
                        .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(limits.attemptsMax())
                                .build())
                        .build());
        settings.endpoint().ifPresent(builder::endpointOverride);
        return new S3Connection(builder.build(), presigner(settings), threads);
    }

    static S3Presigner presigner(S3Settings settings) {
        S3Presigner.Builder builder = S3Presigner.builder()
                .region(Region.of(settings.region()))
                .credentialsProvider(credentials(settings))
                .dualstackEnabled(false)
                .fipsEnabled(false)
                .serviceConfiguration(S3Configuration.builder()
                        .pathStyleAccessEnabled(settings.forcePathStyle())
                        .build());
        settings.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }

    private static StaticCredentialsProvider credentials(S3Settings settings) {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(
                settings.accessKey(), settings.secretKey().reveal()));
    }

    /** A URL for a GET of one object, signed here, with an expiry that the store looks after. */
    URI presign(ObjectKey key, Duration ttl) {
        PresignedGetObjectRequest signed = presigner.presignGetObject(request -> request.signatureDuration(ttl)
                .getObjectRequest(get -> get.bucket(key.bucket()).key(key.key())));
        return URI.create(signed.url().toExternalForm());
    }

    /** Gives up what is in flight. The SDK would wait for two idle seconds if the threads were its own. */
    @Override
    public void close() {
        client.close();
        presigner.close();
        boolean unused = threads.shutdownGracefully(QUIET_MILLIS, CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_MILLIS_MAX);
    }
}
