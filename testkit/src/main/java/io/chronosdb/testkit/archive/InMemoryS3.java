package io.chronosdb.testkit.archive;

import io.chronosdb.port.ByteRange;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.CreateBucketResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** What S3 does of what we use, in maps, behind the SDK's own client: with its conditions and its errors. Thread-safe. */
public final class InMemoryS3 {
    /** So many keys S3 lists at once. */
    private static final int PAGE = 1_000;

    private final Map<String, Map<String, Stored>> buckets = new HashMap<>();

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Stored(byte[] body, String contentEncoding) {}

    /** What is asked of it. */
    public enum Call {
        PUT,
        PUT_IF_ABSENT,
        GET,
        DELETE,
        LIST,
        CREATE_BUCKET
    }

    /** What lies between a client and the server: it says whether and when a request gets there, and an answer back. */
    public interface Wire {
        /** Nothing: the server answers at once. */
        Wire DIRECT = new Wire() {
            @Override
            public <T> CompletableFuture<T> carry(Call call, String key, Supplier<T> server) {
                return answer(server);
            }
        };

        /** @param server does what was asked and answers, or throws an {@link S3Exception} */
        <T> CompletableFuture<T> carry(Call call, String key, Supplier<T> server);

        static <T> CompletableFuture<T> answer(Supplier<T> server) {
            try {
                return CompletableFuture.completedFuture(server.get());
            } catch (S3Exception e) {
                return CompletableFuture.failedFuture(e);
            }
        }
    }

    /** An answer of S3 that is none of success. */
    public static S3Exception error(int status, String code) {
        return (S3Exception) S3Exception.builder()
                .statusCode(status)
                .message(code)
                .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
                .build();
    }

    /** A client of this server. */
    public S3AsyncClient client(Wire wire) {
        return new Client(wire);
    }

    /** The keys of everything in a bucket, in order. */
    public synchronized Set<String> keys(String bucket) {
        return new TreeSet<>(buckets.getOrDefault(bucket, Map.of()).keySet());
    }

    /** An object's bytes, as whoever has a URL gets them. */
    public synchronized Optional<byte[]> body(String bucket, String key) {
        return Optional.ofNullable(buckets.getOrDefault(bucket, Map.of()).get(key))
                .map(stored -> stored.body().clone());
    }

    public synchronized void makeBucket(String bucket) {
        buckets.computeIfAbsent(bucket, name -> new TreeMap<>());
    }

    /** Removes everything in a bucket. */
    public synchronized void empty(String bucket) {
        bucket(bucket).clear();
    }

    private Map<String, Stored> bucket(String name) {
        Map<String, Stored> bucket = buckets.get(name);
        if (bucket == null) {
            throw error(404, "NoSuchBucket");
        }
        return bucket;
    }

    private synchronized void put(PutObjectRequest request, byte[] body) {
        Map<String, Stored> bucket = bucket(request.bucket());
        if ("*".equals(request.ifNoneMatch()) && bucket.containsKey(request.key())) {
            throw error(412, "PreconditionFailed");
        }
        bucket.put(
                request.key(),
                new Stored(body, Optional.ofNullable(request.contentEncoding()).orElse("")));
    }

    private synchronized Stored get(GetObjectRequest request) {
        Stored stored = bucket(request.bucket()).get(request.key());
        if (stored == null) {
            throw error(404, "NoSuchKey");
        }
        if (request.range() == null) {
            return stored;
        }
        byte[] part = range(request.range()).of(stored.body());
        if (part.length == 0) {
            throw error(416, "InvalidRange");
        }
        return new Stored(part, stored.contentEncoding());
    }

    private static ByteRange range(String http) {
        String[] ends = http.substring("bytes=".length()).split("-", -1);
        if (ends[0].isEmpty()) {
            return ByteRange.last(Integer.parseInt(ends[1]));
        }
        long from = Long.parseLong(ends[0]);
        return ByteRange.of(from, (int) (Long.parseLong(ends[1]) - from + 1));
    }

    private synchronized void delete(DeleteObjectRequest request) {
        bucket(request.bucket()).remove(request.key());
    }

    /** A page of keys; the token is the last key of the one before. */
    private synchronized ListObjectsV2Response list(ListObjectsV2Request request) {
        String after = Optional.ofNullable(request.continuationToken()).orElse("");
        List<String> keys = bucket(request.bucket()).keySet().stream()
                .filter(key -> key.startsWith(request.prefix()) && key.compareTo(after) > 0)
                .limit(PAGE + 1L)
                .toList();
        ListObjectsV2Response.Builder page = ListObjectsV2Response.builder()
                .contents(keys.stream()
                        .limit(PAGE)
                        .map(key -> S3Object.builder().key(key).build())
                        .toList());
        return keys.size() > PAGE
                ? page.isTruncated(true)
                        .nextContinuationToken(keys.get(PAGE - 1))
                        .build()
                : page.build();
    }

    private final class Client implements S3AsyncClient {
        private final Wire wire;

        Client(Wire wire) {
            this.wire = wire;
        }

        @Override
        public CompletableFuture<PutObjectResponse> putObject(PutObjectRequest request, AsyncRequestBody body) {
            ByteBuffer all =
                    ByteBuffer.allocate(Math.toIntExact(body.contentLength().orElseThrow()));
            body.subscribe(all::put).join();
            Call call = request.ifNoneMatch() == null ? Call.PUT : Call.PUT_IF_ABSENT;
            return wire.carry(call, request.key(), () -> {
                put(request, all.array());
                return PutObjectResponse.builder().build();
            });
        }

        @Override
        public <R> CompletableFuture<R> getObject(
                GetObjectRequest request, AsyncResponseTransformer<GetObjectResponse, R> transformer) {
            return wire.carry(Call.GET, request.key(), () -> get(request)).thenCompose(stored -> {
                CompletableFuture<R> result = transformer.prepare();
                GetObjectResponse.Builder answer = GetObjectResponse.builder();
                if (!stored.contentEncoding().isEmpty()) {
                    answer.contentEncoding(stored.contentEncoding());
                }
                transformer.onResponse(answer.build());
                transformer.onStream(SdkPublisher.fromIterable(List.of(ByteBuffer.wrap(stored.body()))));
                return result;
            });
        }

        @Override
        public CompletableFuture<DeleteObjectResponse> deleteObject(DeleteObjectRequest request) {
            return wire.carry(Call.DELETE, request.key(), () -> {
                delete(request);
                return DeleteObjectResponse.builder().build();
            });
        }

        @Override
        public CompletableFuture<ListObjectsV2Response> listObjectsV2(ListObjectsV2Request request) {
            return wire.carry(Call.LIST, request.prefix(), () -> list(request));
        }

        @Override
        public CompletableFuture<CreateBucketResponse> createBucket(CreateBucketRequest request) {
            return wire.carry(Call.CREATE_BUCKET, request.bucket(), () -> {
                makeBucket(request.bucket());
                return CreateBucketResponse.builder().build();
            });
        }

        @Override
        public String serviceName() {
            return "s3";
        }

        @Override
        public void close() {}
    }
}
