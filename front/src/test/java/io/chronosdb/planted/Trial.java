package io.chronosdb.planted;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** One test, run by a JVM of its own, on our classes with some of them replaced. */
record Trial(Path dir, String test) {
    private static final long SECONDS_MAX = 120;

    /** Where tests lie that this module's do not see. */
    private static final List<String> MODULES =
            List.of("command-api", "event-log", "projector-mongo", "archiver-s3", "counters-stream", "testkit");

    enum Result {
        GREEN,
        RED,
        /** No such test, or it could not be run. */
        BROKEN,
        TOO_SLOW
    }

    record Outcome(Result result, double seconds) {}

    /**
     * Replaces classes.
     *
     * @param files sources by their paths
     * @throws IllegalStateException if they do not compile: that is nobody's catch
     */
    void compile(Map<String, String> files) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "-nowarn",
                "-parameters",
                "-proc:none",
                "-d",
                classes().toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path source = dir.resolve("sources").resolve(file.getKey());
            Files.createDirectories(source.getParent());
            Files.writeString(source, file.getValue());
            arguments.add(source.toString());
        }
        int status = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        if (status != 0) {
            throw new IllegalStateException("a planted bug does not compile: dir=" + dir);
        }
    }

    private Path classes() throws IOException {
        return Files.createDirectories(dir.resolve("classes"));
    }

    Outcome run() throws IOException {
        long started = System.nanoTime();
        String classpath = Stream.of(
                        Stream.of(classes().toString()),
                        MODULES.stream()
                                .map(module -> Path.of("..", module, "target", "test-classes")
                                        .toString()),
                        Stream.of(
                                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))))
                .flatMap(paths -> paths)
                .collect(Collectors.joining(File.pathSeparator));
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        classpath,
                        OneTest.class.getName(),
                        test)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("output.txt").toFile())
                .start();
        try {
            boolean ended = child.waitFor(SECONDS_MAX, TimeUnit.SECONDS);
            Result result = ended ? result(child.exitValue()) : Result.TOO_SLOW;
            return new Outcome(result, (System.nanoTime() - started) / 1e9);
        } catch (InterruptedException e) {
            throw new IOException(e);
        } finally {
            child.destroyForcibly();
        }
    }

    private static Result result(int status) {
        return switch (status) {
            case OneTest.GREEN -> Result.GREEN;
            case OneTest.RED -> Result.RED;
            default -> Result.BROKEN;
        };
    }
}
