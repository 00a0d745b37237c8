package io.chronosdb.testkit.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.address.ItemKey;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Ov;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.ByteRange;
import io.chronosdb.port.ObjectKey;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link Archive} promises. Extend it, say which archive, and do not leave out a test. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
public abstract class ArchiveContract {
    private static final int WRITERS = 16;
    private static final int OVERWRITES = 40;
    private static final int LARGE_BYTES = 5 << 20;
    private static final long ANSWER_SECONDS_MAX = 60;

    /** No two tests share a bucket, and no two runs against one server. */
    private final String bucket = "contract-" + UUID.randomUUID();

    /** The archive under test. Whoever made it closes it. */
    protected abstract Archive archive();

    /**
     * What someone gets who has a URL and knows nothing of the archive, as plain bytes.
     *
     * @return nothing if there is nothing, or no right to it
     */
    protected abstract Optional<byte[]> fetch(URI url) throws Exception;

    @Test
    void what_was_put_is_got_to_the_byte() throws Exception {
        byte[] everyByte = new byte[256];
        for (int i = 0; i < everyByte.length; i++) {
            everyByte[i] = (byte) i;
        }

        answer(archive().put(key("put"), everyByte));
        boolean stored = answer(archive().putIfAbsent(key("put-if-absent"), everyByte));

        assertThat(stored).isTrue();
        assertThat(got(key("put"))).isEqualTo(everyByte);
        assertThat(got(key("put-if-absent"))).isEqualTo(everyByte);
    }

    private byte[] range(String name, ByteRange range) throws Exception {
        return answer(archive().getRange(key(name), range)).orElseThrow();
    }

    @Test
    void nothing_is_got_where_nothing_was_put() throws Exception {
        assertThat(answer(archive().get(key("in/a/bucket/that/is/not/there")))).isEmpty();

        answer(archive().put(key("something/else"), bytes("here")));

        assertThat(answer(archive().get(key("something/not")))).isEmpty();
        assertThat(answer(archive().get(key("something")))).isEmpty();
    }

    @Test
    void parts_of_a_pack_are_got_to_the_byte_and_what_is_beyond_its_end_is_left_out() throws Exception {
        byte[] pack = new byte[1_000];
        new Random(7).nextBytes(pack);
        answer(archive().putIfAbsent(key("pack"), pack, Archive.PACK));

        assertThat(range("pack", ByteRange.of(0, 1))).isEqualTo(Arrays.copyOf(pack, 1));
        assertThat(range("pack", ByteRange.of(300, 50))).isEqualTo(Arrays.copyOfRange(pack, 300, 350));
        assertThat(range("pack", ByteRange.of(990, 50))).isEqualTo(Arrays.copyOfRange(pack, 990, 1_000));
        assertThat(range("pack", ByteRange.of(1_000, 50))).isEmpty();
        assertThat(range("pack", ByteRange.last(40))).isEqualTo(Arrays.copyOfRange(pack, 960, 1_000));
        assertThat(range("pack", ByteRange.last(5_000))).isEqualTo(pack);
        assertThat(got(key("pack"))).isEqualTo(pack);
    }

    @Test
    void parts_of_what_is_not_there_are_not_there() throws Exception {
        assertThat(answer(archive().getRange(key("in/no/bucket"), ByteRange.of(0, 10))))
                .isEmpty();

        answer(archive().put(key("something"), bytes("here")));

        assertThat(answer(archive().getRange(key("nothing"), ByteRange.last(10))))
                .isEmpty();
    }

    @Test
    void put_if_absent_stores_once_and_leaves_the_first_as_it_is() throws Exception {
        assertThat(answer(archive().putIfAbsent(key("once"), bytes("first")))).isTrue();

        assertThat(answer(archive().putIfAbsent(key("once"), bytes("second")))).isFalse();

        assertThat(got(key("once"))).isEqualTo(bytes("first"));
    }

    @Test
    void put_stores_over_whatever_was_there() throws Exception {
        answer(archive().putIfAbsent(key("often"), bytes("first")));

        answer(archive().put(key("often"), bytes("the second, which is longer")));
        answer(archive().put(key("often"), bytes("third")));

        assertThat(got(key("often"))).isEqualTo(bytes("third"));
    }

    @Test
    void put_if_absent_yields_to_a_put() throws Exception {
        answer(archive().put(key("taken"), bytes("first")));

        assertThat(answer(archive().putIfAbsent(key("taken"), bytes("second")))).isFalse();

        assertThat(got(key("taken"))).isEqualTo(bytes("first"));
    }

    @Test
    void of_many_who_put_if_absent_at_once_exactly_one_succeeds_and_all_read_its_bytes() throws Exception {
        CyclicBarrier start = new CyclicBarrier(WRITERS);
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try {
            List<Future<Outcome>> outcomes = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                byte[] mine = bytes("writer " + i);
                outcomes.add(threads.submit(() -> {
                    start.await(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
                    boolean stored = answer(archive().putIfAbsent(key("race"), mine));
                    return new Outcome(stored, text(mine), text(got(key("race"))));
                }));
            }

            List<Outcome> all = new ArrayList<>();
            for (Future<Outcome> outcome : outcomes) {
                all.add(outcome.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS));
            }

            assertThat(all).filteredOn(Outcome::stored).hasSize(1);
            String winner = all.stream()
                    .filter(Outcome::stored)
                    .findFirst()
                    .orElseThrow()
                    .written();
            assertThat(all).extracting(Outcome::read).containsOnly(winner);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void a_reader_never_sees_a_part_of_an_object_that_is_being_replaced() throws Exception {
        String small = "a".repeat(40_000);
        String large = "b".repeat(150_000);
        answer(archive().put(key("replaced"), bytes(small)));
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<?> writer = threads.submit(() -> {
                for (int i = 0; i < OVERWRITES; i++) {
                    answer(archive().put(key("replaced"), bytes(i % 2 == 0 ? large : small)));
                }
                return null;
            });

            do {
                String seen = text(got(key("replaced")));
                assertThat(seen.equals(small) || seen.equals(large))
                        .as("whole: bytes=%d", seen.length())
                        .isTrue();
            } while (!writer.isDone());

            writer.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void an_object_may_be_empty() throws Exception {
        assertThat(answer(archive().putIfAbsent(key("empty"), new byte[0]))).isTrue();

        assertThat(got(key("empty"))).isEmpty();
        assertThat(answer(archive().putIfAbsent(key("empty"), bytes("not")))).isFalse();
    }

    @Test
    void an_object_may_have_five_megabytes() throws Exception {
        byte[] large = new byte[LARGE_BYTES];
        byte[] other = new byte[LARGE_BYTES];
        new Random(5).nextBytes(large);
        new Random(6).nextBytes(other);

        assertThat(answer(archive().putIfAbsent(key("large"), large))).isTrue();
        assertThat(answer(archive().putIfAbsent(key("large"), other))).isFalse();
        assertThat(got(key("large"))).isEqualTo(large);

        answer(archive().put(key("large"), other));
        assertThat(got(key("large"))).isEqualTo(other);
    }

    @Test
    void a_large_object_does_not_replace_an_empty_one() throws Exception {
        assertThat(answer(archive().putIfAbsent(key("empty"), new byte[0]))).isTrue();

        assertThat(answer(archive().putIfAbsent(key("empty"), new byte[LARGE_BYTES])))
                .isFalse();

        assertThat(got(key("empty"))).isEmpty();
    }

    @Test
    void every_item_id_that_is_allowed_has_a_place_of_its_own() throws Exception {
        ArchiveLocation location = new ArchiveLocation(bucket, "pre-fix/");
        List<String> ids = List.of(
                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:@-",
                "x".repeat(199) + ":",
                "CASE",
                "case",
                "...",
                ".hidden",
                "-rf",
                "a:b@c",
                "a:b",
                "trailing.",
                "@");

        for (String id : ids) {
            ObjectKey key = location.item(new ItemKey("c", id), Ov.FIRST);
            assertThat(answer(archive().putIfAbsent(key, bytes(id)))).isTrue();
        }

        for (String id : ids) {
            assertThat(text(got(location.item(new ItemKey("c", id), Ov.FIRST)))).isEqualTo(id);
        }
    }

    @Test
    void buckets_and_prefixes_do_not_mix() throws Exception {
        ItemKey item = new ItemKey("c", "i");
        List<ObjectKey> places = List.of(
                new ArchiveLocation(bucket, "").item(item, Ov.FIRST),
                new ArchiveLocation(bucket, "one/").item(item, Ov.FIRST),
                new ArchiveLocation(bucket, "two/").item(item, Ov.FIRST),
                new ArchiveLocation("contract-" + UUID.randomUUID(), "one/").item(item, Ov.FIRST));

        for (ObjectKey place : places) {
            assertThat(answer(archive().putIfAbsent(place, bytes(place.toString()))))
                    .isTrue();
        }

        for (ObjectKey place : places) {
            assertThat(text(got(place))).isEqualTo(place.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../outside",
                "a/../../outside",
                "a/..",
                "/etc/outside",
                "a//outside",
                "./outside",
                "a/./outside",
                "outside/",
                "a\0outside",
                "a\\..\\outside",
                ""
            })
    void a_key_cannot_point_outside_its_bucket(String trick) {
        assertThatThrownBy(() -> answer(archive().put(new ObjectKey(bucket, trick), bytes("trick"))))
                .isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> answer(archive().putIfAbsent(new ObjectKey(bucket, trick), bytes("trick"))))
                .isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> answer(archive().get(new ObjectKey(bucket, trick))))
                .isInstanceOf(Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "", "a/b", "/", "a\0b", ".tmp"})
    void a_bucket_cannot_be_a_path(String trick) {
        assertThatThrownBy(() -> answer(archive().put(new ObjectKey(trick, "key"), bytes("trick"))))
                .isInstanceOf(Invalid.class);
    }

    @Test
    void what_was_deleted_is_gone_and_deleting_it_again_changes_nothing() throws Exception {
        answer(archive().put(key("deleted/v0"), bytes("first")));
        answer(archive().put(key("deleted/v1"), new byte[LARGE_BYTES]));
        answer(archive().put(key("kept/v0"), bytes("kept")));

        assertThat(answer(archive().delete(key("deleted/v0")))).isTrue();
        assertThat(answer(archive().delete(key("deleted/v1")))).isTrue();

        assertThat(answer(archive().get(key("deleted/v0")))).isEmpty();
        assertThat(answer(archive().delete(key("deleted/v0")))).isFalse();
        assertThat(answer(archive().delete(key("kept")))).isFalse();
        assertThat(answer(archive().delete(new ObjectKey("no-" + bucket.substring(0, 40), "key"))))
                .isFalse();
        assertThat(got(key("kept/v0"))).isEqualTo(bytes("kept"));
    }

    @Test
    void an_object_can_be_stored_again_after_it_was_deleted() throws Exception {
        answer(archive().put(key("again/v0"), bytes("first")));
        answer(archive().delete(key("again/v0")));

        assertThat(answer(archive().putIfAbsent(key("again/v0"), bytes("second"))))
                .isTrue();

        assertThat(got(key("again/v0"))).isEqualTo(bytes("second"));
    }

    @Test
    void an_empty_object_can_be_deleted() throws Exception {
        answer(archive().put(key("empty"), new byte[0]));

        assertThat(answer(archive().delete(key("empty")))).isTrue();

        assertThat(answer(archive().get(key("empty")))).isEmpty();
    }

    @Test
    void a_body_that_is_gzip_itself_is_got_as_it_was_put() throws Exception {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            out.write(bytes("a file that someone has compressed"));
        }
        byte[] beginsLikeIt = {0x1f, (byte) 0x8b, 0, 1, 2};

        answer(archive().put(key("gzip"), gzip.toByteArray()));
        answer(archive().putIfAbsent(key("begins-like-it"), beginsLikeIt));

        assertThat(got(key("gzip"))).isEqualTo(gzip.toByteArray());
        assertThat(got(key("begins-like-it"))).isEqualTo(beginsLikeIt);
    }

    @Test
    void a_list_has_every_object_below_its_prefix_once_and_nothing_else() throws Exception {
        int objects = 1_100; // More than S3 says at once.
        List<CompletableFuture<Boolean>> puts = new ArrayList<>();
        for (int i = 0; i < objects; i++) {
            puts.add(archive().putIfAbsent(key("mine/" + i % 7 + "/" + i), bytes("x")));
        }
        for (CompletableFuture<Boolean> put : puts) {
            answer(put);
        }
        answer(archive().put(key("mine-too/1"), bytes("x")));
        answer(archive().put(key("yours/1"), bytes("x")));

        List<ObjectKey> mine = listed(bucket, "mine/");

        assertThat(mine).hasSize(objects).doesNotHaveDuplicates();
        assertThat(mine).allMatch(found -> found.key().startsWith("mine/"));
        assertThat(listed(bucket, "")).hasSize(objects + 2);
        assertThat(listed(bucket, "nobodys/")).isEmpty();
        assertThat(listed("contract-" + UUID.randomUUID(), "")).isEmpty();
    }

    @Test
    void whoever_looks_through_a_list_may_end_it() throws Exception {
        answer(archive().put(key("a/1"), bytes("x")));

        assertThatThrownBy(() -> archive().list(bucket, "a/", found -> {
                    throw new IllegalStateException("enough");
                }))
                .hasMessage("enough");
    }

    private List<ObjectKey> listed(String inBucket, String prefix) {
        List<ObjectKey> keys = new ArrayList<>();
        archive().list(inBucket, prefix, keys::add);
        return keys;
    }

    @Test
    void whoever_has_a_presigned_url_gets_the_object() throws Exception {
        ObjectKey key = new ArchiveLocation(bucket, "pre-fix/").item(new ItemKey("c", "a:b@c.-_"), Ov.FIRST);
        answer(archive().put(key, bytes("{\"signed\":true}")));

        URI url = archive().presign(key, Duration.ofMinutes(1));

        assertThat(fetch(url)).hasValue(bytes("{\"signed\":true}"));
    }

    @Test
    void a_url_can_be_presigned_before_there_is_an_object_and_leads_to_nothing_until_then() throws Exception {
        answer(archive().put(key("something"), bytes("so that there is a bucket")));
        URI url = archive().presign(key("later"), Duration.ofMinutes(1));
        assertThat(fetch(url)).isEmpty();

        answer(archive().put(key("later"), bytes("here")));

        assertThat(fetch(url)).hasValue(bytes("here"));
    }

    @Test
    void a_url_is_good_for_a_second_to_seven_days() {
        for (Duration good : List.of(Duration.ofSeconds(1), Duration.ofHours(1), Duration.ofDays(7))) {
            assertThat(archive().presign(key("any"), good)).isNotNull();
        }
        for (Duration bad : List.of(
                Duration.ZERO,
                Duration.ofMillis(999),
                Duration.ofSeconds(-1),
                Duration.ofDays(7).plusNanos(1),
                ChronoUnit.FOREVER.getDuration())) {
            assertThatThrownBy(() -> archive().presign(key("any"), bad)).isInstanceOf(Invalid.class);
        }
    }

    private record Outcome(boolean stored, String written, String read) {}

    private ObjectKey key(String key) {
        return new ObjectKey(bucket, key);
    }

    private byte[] got(ObjectKey key) throws Exception {
        Optional<byte[]> body = answer(archive().get(key));
        assertThat(body).as("object=%s", key).isPresent();
        return body.orElseThrow();
    }

    private static <T> T answer(CompletableFuture<T> future) throws Exception {
        return Answers.of(future, ANSWER_SECONDS_MAX);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
