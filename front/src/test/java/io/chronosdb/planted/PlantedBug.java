package io.chronosdb.planted;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A mistake that someone could make, and the test that has to notice it. A file of {@code reliability/planted-bugs}:
 * {@code bug:}, {@code test:}, and then {@code file:}, {@code replace:}, {@code by:}, {@code end.} once or more.
 *
 * @param test class and method
 */
record PlantedBug(String name, String description, String test, List<Edit> edits) {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** Some lines, which must be there exactly once, and what stands there instead of them. */
    record Edit(String file, String lines, String others) {}

    static List<PlantedBug> all() {
        try (Stream<Path> files = Files.list(ROOT.resolve("reliability/planted-bugs"))) {
            return files.filter(file -> file.toString().endsWith(".bug"))
                    .sorted()
                    .map(PlantedBug::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PlantedBug read(Path file) {
        Iterator<String> lines = text(file).lines().iterator();
        String description = after("bug: ", lines.next());
        String test = after("test: ", lines.next());
        List<Edit> edits = new ArrayList<>();
        while (lines.hasNext()) {
            String edited = after("file: ", lines.next());
            after("replace:", lines.next());
            edits.add(new Edit(edited, until("by:", lines), until("end.", lines)));
        }
        return new PlantedBug(file.getFileName().toString().replace(".bug", ""), description, test, edits);
    }

    private static String after(String label, String line) {
        if (!line.startsWith(label)) {
            throw new IllegalArgumentException("not what was expected: expected=" + label + " line=" + line);
        }
        return line.substring(label.length());
    }

    private static String until(String label, Iterator<String> lines) {
        List<String> taken = new ArrayList<>();
        for (String line = lines.next(); !line.equals(label); line = lines.next()) {
            taken.add(line);
        }
        return String.join("\n", taken);
    }

    /**
     * The files with the bug in them, by their paths.
     *
     * @throws IllegalStateException if the code has changed, so that the bug must be planted elsewhere
     */
    Map<String, String> plant() {
        Map<String, String> files = new LinkedHashMap<>();
        for (Edit edit : edits) {
            String before = files.computeIfAbsent(edit.file(), file -> text(ROOT.resolve(file)));
            int at = before.indexOf(edit.lines());
            if (at < 0 || before.indexOf(edit.lines(), at + 1) >= 0) {
                throw new IllegalStateException(
                        "the lines to replace are not there exactly once: bug=" + name + " file=" + edit.file());
            }
            files.put(
                    edit.file(),
                    before.substring(0, at)
                            + edit.others()
                            + before.substring(at + edit.lines().length()));
        }
        return files;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
